;;; gearshift-text.el --- Positions, addresses and edits of the protocol -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; What the Language Server Protocol says of text, in terms of buffers.
;; A position counts lines from 0, and characters in the units of an
;; encoding: `utf-32' (Emacs characters), `utf-16' or `utf-8'.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'url-util)

(defun gearshift--units (char encoding)
  "Return how many units of ENCODING the character CHAR takes."
  (pcase encoding
    ('utf-32 1)
    ('utf-16 (if (> char #xffff) 2 1))
    (_ (cond ((< char #x80) 1) ((< char #x800) 2) ((< char #x10000) 3) (t 4)))))

(defun gearshift--position (&optional pos encoding)
  "Return POS (default: point) as a position in ENCODING (default: `utf-32')."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char (or pos (point)))
      (let* ((end (point))
             (start (line-beginning-position))
             (encoding (or encoding 'utf-32)))
        (list :line (1- (line-number-at-pos end t))
              :character (if (eq encoding 'utf-32)
                             (- end start)
                           (cl-loop for at from start below end
                                    sum (gearshift--units (char-after at) encoding))))))))

(defun gearshift--point (position &optional encoding)
  "Return the buffer position of POSITION, given in ENCODING (default: `utf-32').
A place behind the end of its line is that end."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char (point-min))
      (forward-line (plist-get position :line))
      (let ((left (plist-get position :character))
            (encoding (or encoding 'utf-32)))
        (while (and (> left 0) (not (eolp)))
          (setq left (- left (gearshift--units (char-after) encoding)))
          (forward-char)))
      (point))))

(defun gearshift--range (beg end &optional encoding)
  "Return the range from BEG to END in ENCODING."
  (list :start (gearshift--position beg encoding)
        :end (gearshift--position end encoding)))

(defun gearshift--substring (beg end)
  "Return the text from BEG to END as it can be sent.
Raw bytes, which no encoding has, become replacement characters."
  (replace-regexp-in-string
   "[\x3fff80-\x3fffff]" "\ufffd" (buffer-substring-no-properties beg end) t t))

(defun gearshift--path-to-uri (path)
  "Return the address of the file PATH."
  (let ((path (file-truename path)))
    (concat "file://"
            (unless (string-prefix-p "/" path) "/")
            (url-hexify-string path url-path-allowed-chars))))

(defun gearshift--uri-to-path (uri)
  "Return the path of the file address URI; nil if it is none."
  (when (string-prefix-p "file://" uri)
    (let ((path (decode-coding-string
                 (url-unhex-string (string-remove-prefix "file://" uri)) 'utf-8)))
      (if (string-match-p "\\`/[a-zA-Z]:" path) (substring path 1) path))))

(defun gearshift--replace (beg end text)
  "Put TEXT in the place of what is between BEG and END; point stays where it can."
  (if (= beg end)
      (save-excursion (goto-char beg) (insert text))
    (let ((source (generate-new-buffer " *gearshift edit*" t)))
      (unwind-protect
          (progn
            (with-current-buffer source (insert text))
            (save-excursion
              (save-restriction
                (narrow-to-region beg end)
                (replace-buffer-contents source 1.0))))
        (kill-buffer source)))))

(defun gearshift--apply-edits (edits)
  "Make EDITS, text edits of the protocol, in this buffer, as one step of undo."
  (save-restriction
    (widen)
    (let* ((places (mapcar
                    (lambda (edit)
                      (let ((range (plist-get edit :range)))
                        (list (copy-marker (gearshift--point (plist-get range :start)))
                              (copy-marker (gearshift--point (plist-get range :end)))
                              (plist-get edit :newText))))
                    edits))
           (changes (prepare-change-group)))
      (undo-boundary)
      (atomic-change-group
        ;; From the end, so that insertions at one place keep their order.
        (dolist (place (reverse places))
          (pcase-let ((`(,beg ,end ,text) place))
            (gearshift--replace beg end text)
            (set-marker beg nil)
            (set-marker end nil))))
      (undo-amalgamate-change-group changes))))

(provide 'gearshift-text)
;;; gearshift-text.el ends here
