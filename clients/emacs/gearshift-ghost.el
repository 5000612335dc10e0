;;; gearshift-ghost.el --- Ghost text -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; A suggestion is drawn behind point after each edit; what is typed of it
;; goes, what is left stays.  All of it, a word or a line can be accepted.

;;; Code:

(require 'cl-lib)
(require 'jsonrpc)
(require 'seq)
(require 'gearshift-link)
(require 'gearshift-text)

(defcustom gearshift-delay 0.02
  "Seconds between an edit and the request; the server has a pace of its own."
  :type 'number
  :group 'gearshift)

(defcustom gearshift-inhibit-ghost-predicates '(minibufferp)
  "Functions without arguments; where one returns non-nil there is no ghost text."
  :type 'hook
  :group 'gearshift)

(defface gearshift-ghost '((t :inherit shadow))
  "Text that is suggested."
  :group 'gearshift)

(cl-defstruct (gearshift--suggestion (:constructor gearshift--suggestion) (:copier nil))
  "One suggestion: ITEM of the server, all its TEXT from START on, replacing what
stands behind point for TAIL characters."
  item text start tail)

(defvar-local gearshift--suggestions nil "What is offered at point, the one shown first.")
(defvar-local gearshift--overlays nil "The overlays that draw it.")
(defvar-local gearshift--is-shown nil "Whether ghost text is drawn: switches its keys on.")
(defvar-local gearshift--asked nil "The request on its way: (SERVER . ID).")
(defvar-local gearshift--timer nil "Timer of the next request.")
(defvar-local gearshift--last-tick nil "`buffer-chars-modified-tick' when commands last ended.")
(defvar-local gearshift--last-point nil "Point when commands last ended.")
(defvar-local gearshift--told nil "Text of the suggestion that was last told to be shown.")

(defvar gearshift-ghost-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "TAB") #'gearshift-accept)
    (define-key map (kbd "<tab>") #'gearshift-accept)
    (define-key map (kbd "M-f") #'gearshift-accept-word)
    (define-key map (kbd "M-<right>") #'gearshift-accept-word)
    (define-key map (kbd "M-<down>") #'gearshift-accept-line)
    (define-key map (kbd "M-n") #'gearshift-next)
    (define-key map (kbd "M-p") #'gearshift-previous)
    (define-key map (kbd "C-g") #'gearshift-dismiss)
    map)
  "Keys while ghost text is shown; at all other times they mean what they mean.")

(defvar gearshift--emulation (list (cons 'gearshift--is-shown gearshift-ghost-map))
  "The keys of ghost text, before those of other modes.")
(add-to-list 'emulation-mode-map-alists 'gearshift--emulation)

;;;; What is left of a suggestion

(defun gearshift--rest (suggestion)
  "Return what is still to be typed of SUGGESTION; nil: it does not fit at point."
  (let* ((start (gearshift--suggestion-start suggestion))
         (text (gearshift--suggestion-text suggestion))
         (typed (and (<= start (point))
                     (<= (+ (point) (gearshift--suggestion-tail suggestion)) (line-end-position))
                     (buffer-substring-no-properties start (point)))))
    (when (and typed
               (string-prefix-p typed text)
               (< (length typed) (length text)))
      (substring text (length typed)))))

(defun gearshift--part (text unit)
  "Return the first UNIT of TEXT, `word' or `line'; nil: all of it."
  (let ((regexp (pcase unit
                  ('word "\\`[ \t\n]*\\(?:[[:alnum:]_]+\\|[^[:alnum:]_ \t\n]+\\)")
                  ('line "\\`\n?[^\n]*"))))
    (if (and regexp (string-match regexp text)) (match-string 0 text) text)))

(defun gearshift--from-item (item encoding)
  "Return ITEM of the server as a suggestion at point; positions are in ENCODING."
  (let* ((range (plist-get item :range))
         (start (if range (gearshift--point (plist-get range :start) encoding) (point)))
         (end (if range (gearshift--point (plist-get range :end) encoding) (point)))
         (text (plist-get item :insertText)))
    (when (and (stringp text) (<= start (point)))
      (gearshift--suggestion :item item :text text :start start :tail (max 0 (- end (point)))))))

;;;; Drawing

(defun gearshift--hide ()
  "Draw nothing any more."
  (mapc #'delete-overlay gearshift--overlays)
  (setq gearshift--overlays nil
        gearshift--is-shown nil))

(defun gearshift--draw-at (pos text)
  "Draw TEXT behind POS."
  (let ((overlay (make-overlay pos pos nil t))
        ;; A line's end can't hold the cursor, which would be drawn behind the text instead.
        (text (propertize (if (string-prefix-p "\n" text) (concat " " text) text)
                          'face 'gearshift-ghost)))
    ;; Point stays in front of what is drawn.
    (put-text-property 0 1 'cursor t text)
    (overlay-put overlay 'after-string text)
    (overlay-put overlay 'priority 100)
    (push overlay gearshift--overlays)))

(defun gearshift--draw ()
  "Draw what is left of the first suggestion; nil: nothing fits at point."
  (gearshift--hide)
  (when-let* ((suggestion (car gearshift--suggestions))
              (rest (gearshift--rest suggestion)))
    (let* ((end (string-search "\n" rest))
           (first (substring rest 0 end))
           (tail (gearshift--suggestion-tail suggestion))
           (behind (buffer-substring-no-properties (point) (+ (point) tail))))
      (when (and (null end) (> tail 0) (string-suffix-p behind first))
        (setq first (substring first 0 (- tail)))) ; it stands there already
      (cond ((or (null end) (eolp)) (gearshift--draw-at (point) (if end rest first)))
            (t (unless (string-empty-p first) (gearshift--draw-at (point) first))
               (gearshift--draw-at (line-end-position) (substring rest end)))))
    (setq gearshift--is-shown t)
    (gearshift--tell-shown suggestion)
    t))

(defun gearshift--tell-shown (suggestion)
  "Tell the server once that SUGGESTION was seen."
  (let ((text (gearshift--suggestion-text suggestion)))
    (unless (equal text gearshift--told)
      (setq gearshift--told text)
      (jsonrpc-notify (gearshift--server) :textDocument/didShowCompletion
                      (list :item (gearshift--suggestion-item suggestion))))))

(defun gearshift--forget ()
  "Hide and forget what is offered, and what is on its way."
  (gearshift--hide)
  (when (timerp gearshift--timer) (cancel-timer gearshift--timer))
  (when gearshift--asked
    (gearshift--cancel (car gearshift--asked) (cdr gearshift--asked)))
  (setq gearshift--suggestions nil
        gearshift--timer nil
        gearshift--asked nil))

;;;; Asking

(defun gearshift--ask-for-suggestion (kind take)
  "Ask for suggestions at point, and call TAKE with those that come in time.
KIND is 1 for a wish in so many words, 2 for asking by ourselves."
  (when-let ((server (gearshift--server)))
    (when gearshift--asked
      (gearshift--cancel (car gearshift--asked) (cdr gearshift--asked)))
    (gearshift--send-changes)
    (let* ((buffer (current-buffer))
           (tick (buffer-chars-modified-tick))
           (place (point))
           (encoding (gearshift--encoding))
           (asked (cons server nil))
           (answer
            (lambda (result)
              (when (buffer-live-p buffer)
                (with-current-buffer buffer
                  (when (eq gearshift--asked asked)
                    (setq gearshift--asked nil)
                    ;; null: cancelled or outdated, and what is shown stays.
                    (when (and result
                               (= tick (buffer-chars-modified-tick))
                               (= place (point)))
                      (funcall take (gearshift--read-items result encoding)))))))))
      (jsonrpc-async-request
       server :textDocument/inlineCompletion
       (list :textDocument (list :uri (gearshift--document))
             :position (gearshift--position place encoding)
             :context (list :triggerKind kind))
       :timeout 60
       :success-fn answer
       :error-fn (lambda (&rest _) (funcall answer nil))
       :timeout-fn (lambda () (funcall answer nil)))
      (setcdr asked gearshift--sent-id)
      (setq gearshift--asked asked))))

(defun gearshift--read-items (result encoding)
  "Return the suggestions in RESULT, whose positions are in ENCODING."
  (let ((items (if (vectorp result) result (plist-get result :items))))
    (delq nil (mapcar (lambda (item) (gearshift--from-item item encoding))
                      (append items nil)))))

(defun gearshift--ask-soon ()
  "Ask for a suggestion after `gearshift-delay'."
  (when (timerp gearshift--timer) (cancel-timer gearshift--timer))
  (setq gearshift--timer
        (run-with-timer gearshift-delay nil #'gearshift--ask-in (current-buffer))))

(defun gearshift--ask-in (buffer)
  "Ask for a suggestion at point of BUFFER, if the user is there."
  (when (and (buffer-live-p buffer) (eq buffer (window-buffer (selected-window))))
    (with-current-buffer buffer
      (unless (run-hook-with-args-until-success 'gearshift-inhibit-ghost-predicates)
        (gearshift--ask-for-suggestion 2 #'gearshift--offer)))))

(defun gearshift--offer (suggestions)
  "Show the first of SUGGESTIONS."
  (setq gearshift--suggestions suggestions)
  (gearshift--draw))

(defun gearshift--after-command ()
  "Follow what a command did: keep what still fits, ask after an edit."
  (let ((is-edited (not (eql gearshift--last-tick (buffer-chars-modified-tick))))
        (is-moved (not (eql gearshift--last-point (point)))))
    (setq gearshift--last-tick (buffer-chars-modified-tick)
          gearshift--last-point (point))
    (cond ((and is-edited (not buffer-read-only))
           (gearshift--draw)
           (gearshift--ask-soon))
          (is-moved (gearshift--forget)))))

;;;; Commands

(defun gearshift--take (unit)
  "Insert the UNIT that comes next of what is shown; nil: all of it."
  (let* ((suggestion (or (car gearshift--suggestions) (user-error "No ghost text here")))
         (rest (or (gearshift--rest suggestion) (user-error "No ghost text here")))
         (taken (gearshift--part rest unit))
         (is-all (equal taken rest))
         (item (gearshift--suggestion-item suggestion)))
    (undo-boundary)
    (when is-all
      (delete-region (point) (+ (point) (gearshift--suggestion-tail suggestion))))
    (insert taken)
    (cond
     (is-all
      (gearshift--forget)
      (when-let ((command (plist-get item :command)))
        (gearshift--execute (plist-get command :command) (plist-get command :arguments))))
     (t
      (gearshift--draw)
      (let ((text (buffer-substring-no-properties
                   (gearshift--suggestion-start suggestion) (point))))
        (jsonrpc-notify
         (gearshift--server) :textDocument/didPartiallyAcceptCompletion
         ;; In units of utf-16, whatever the encoding of positions.
         (list :item item
               :acceptedLength (cl-loop for char across text
                                        sum (gearshift--units char 'utf-16)))))))))

(defun gearshift-accept ()
  "Accept the ghost text."
  (interactive)
  (gearshift--take nil))

(defun gearshift-accept-word ()
  "Accept the next word of the ghost text."
  (interactive)
  (gearshift--take 'word))

(defun gearshift-accept-line ()
  "Accept the next line of the ghost text."
  (interactive)
  (gearshift--take 'line))

(defun gearshift-dismiss ()
  "Hide the ghost text until the next edit."
  (interactive)
  (gearshift--forget))

(defun gearshift-complete ()
  "Ask for a suggestion here and now."
  (interactive)
  (gearshift--need-server)
  (gearshift--ask-for-suggestion
   1 (lambda (suggestions)
       (unless (gearshift--offer suggestions)
         (message "Gearshift: no suggestion here; M-x gearshift-why tells why")))))

(defun gearshift-next (&optional count)
  "Show the suggestion COUNT further on; where there is only one, ask for another."
  (interactive "p")
  (if (cdr gearshift--suggestions)
      (gearshift--turn (or count 1))
    (gearshift--ask-for-suggestion
     1 (lambda (suggestions)
         (let ((known (mapcar #'gearshift--suggestion-text gearshift--suggestions)))
           (setq gearshift--suggestions
                 (append gearshift--suggestions
                         (seq-remove (lambda (one)
                                       (member (gearshift--suggestion-text one) known))
                                     suggestions))))
         (if (cdr gearshift--suggestions)
             (gearshift--turn (or count 1))
           (message "Gearshift: there is no other suggestion"))))))

(defun gearshift-previous (&optional count)
  "Show the suggestion COUNT back."
  (interactive "p")
  (gearshift-next (- (or count 1))))

(defun gearshift--turn (count)
  "Bring the suggestion COUNT further on to the front."
  (let ((at (mod count (length gearshift--suggestions))))
    (setq gearshift--suggestions
          (append (nthcdr at gearshift--suggestions) (seq-take gearshift--suggestions at)))
    (gearshift--draw)))

(provide 'gearshift-ghost)
;;; gearshift-ghost.el ends here
