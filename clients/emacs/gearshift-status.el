;;; gearshift-status.el --- The status in the mode line -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; What the server says of itself: gear, quota, work that goes on, results.
;; The same for our own connection and for eglot's.

;;; Code:

(require 'subr-x)

(defvar gearshift-status-hook nil
  "Functions to run when the status changed; they find it in `gearshift-status'.")
(defvar gearshift-task-functions nil
  "Functions to call with each result, the payload of `gearshift/taskFinished'.")

(defvar gearshift-status nil "Payload of the last `gearshift/status', or nil.")
(defvar gearshift--running nil "Work that goes on: an alist of token and (SERVER TITLE PERCENT).")

(defface gearshift-warn '((t :inherit warning))
  "The mode line's text from the warning threshold of the quota on."
  :group 'gearshift)
(defface gearshift-press '((t :inherit error))
  "The mode line's text where the quota is nearly used up."
  :group 'gearshift)

(defun gearshift--take-status (payload)
  "Keep PAYLOAD of `gearshift/status' and show it."
  (setq gearshift-status payload)
  (run-hooks 'gearshift-status-hook)
  (force-mode-line-update t))

(defun gearshift--forget-status ()
  "Forget the status: no server is there any more."
  (setq gearshift-status nil
        gearshift--running nil)
  (force-mode-line-update t))

(defun gearshift--take-progress (server token value)
  "Keep VALUE of the progress TOKEN of SERVER and show it."
  (let* ((token (format "%s" token))
         (known (cdr (assoc token gearshift--running)))
         (title (or (nth 1 known)
                    (string-remove-prefix "Gearshift: " (or (plist-get value :title) "")))))
    (setq gearshift--running (assoc-delete-all token gearshift--running))
    (unless (equal (plist-get value :kind) "end")
      (push (list token server title (or (plist-get value :percentage) (nth 2 known) 0))
            gearshift--running))
    (force-mode-line-update t)))

(defun gearshift--take-result (task)
  "Show TASK, the payload of `gearshift/taskFinished'.
Of refusals and failures the server tells itself."
  (run-hook-with-args 'gearshift-task-functions task)
  (let* ((label (plist-get task :label))
         (evidence (append (plist-get task :evidence) nil))
         (is-told (and (equal (plist-get task :outcome) "applied") (not (equal label "none"))))
         (lines (append
                 (when is-told
                   (list (format "Gearshift: %s, %s%s" (plist-get task :action) label
                                 (if evidence (format " (%s)" (string-join evidence ", ")) ""))
                         (plist-get task :summary)))
                 (mapcar #'gearshift--finding (plist-get task :findings))))
         (text (string-join (delq nil lines) "\n")))
    (unless (string-empty-p text)
      (message "%s" text))))

(defun gearshift--finding (finding)
  "Return FINDING, a member of a result's `findings', in one line."
  (let ((path (plist-get finding :path))
        (line (plist-get finding :line)))
    (format "%s, %s: %s%s" (plist-get finding :kind) (plist-get finding :severity)
            (plist-get finding :message)
            (if path
                (format " (%s%s)" (file-name-nondirectory path)
                        (if line (format ":%d" (1+ line)) ""))
              ""))))

(defun gearshift-mode-line ()
  "Return gear, quota and running work for the mode line."
  (let* ((text (or (plist-get gearshift-status :text) "⚙"))
         (gear (plist-get gearshift-status :gear))
         (running (mapconcat (lambda (task) (format "%s %d%%" (nth 2 task) (nth 3 task)))
                             gearshift--running ", "))
         (words (if (string-empty-p running) text (concat text " · " running))))
    (concat " "
            (propertize (string-replace "%" "%%" words)
                        'face (pcase gear
                                ("saver" 'gearshift-warn)
                                ((or "mini" "local") 'gearshift-press))
                        'help-echo (plist-get gearshift-status :message)))))

(provide 'gearshift-status)
;;; gearshift-status.el ends here
