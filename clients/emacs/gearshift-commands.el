;;; gearshift-commands.el --- Commands of Gearshift -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Each asks the server, which answers at once and works on behind: the
;; mode line shows the progress, a message the result.

;;; Code:

(require 'cl-lib)
(require 'flymake)
(require 'gearshift-actions)
(require 'gearshift-link)
(require 'gearshift-status)
(require 'gearshift-text)

(defun gearshift--place ()
  "Return the argument of a command for the region, or for the symbol at point."
  (let* ((encoding (gearshift--encoding))
         (beg (if (use-region-p) (region-beginning) (point)))
         (end (if (use-region-p) (region-end) (point)))
         (range (gearshift--range beg end encoding)))
    (list :uri (gearshift--document) :range range :position (plist-get range :start))))

(defun gearshift--run (command &rest more)
  "Run the server's COMMAND at point with MORE in its argument."
  (gearshift--need-server)
  (gearshift--execute command (vector (append (gearshift--place) more))))

(defun gearshift-action (name)
  "Run the action NAME for the region, or for the symbol at point."
  (interactive
   (list (let ((completion-extra-properties
                '(:annotation-function
                  (lambda (name) (concat "  " (nth 2 (assoc name gearshift-actions)))))))
           (completing-read "Gearshift: " (mapcar #'car gearshift-actions) nil t))))
  (pcase name
    ("fix" (gearshift-fix))
    ("instruction" (call-interactively #'gearshift-refactor))
    (_ (gearshift--run (nth 1 (assoc name gearshift-actions)) :refactoring name))))

(defun gearshift-refactor (instruction)
  "Change the region, or the symbol at point, as INSTRUCTION says."
  (interactive "sChange the code: ")
  (gearshift--run "gearshift.refactor" :refactoring "instruction" :instruction instruction))

(defun gearshift-tests ()
  "Write tests for the symbol at point; only those that ran and pass are offered."
  (interactive)
  (gearshift-action "generateTests"))

(defun gearshift-document ()
  "Write the documentation of the symbol at point."
  (interactive)
  (gearshift-action "document"))

(defun gearshift-explain ()
  "Explain the region, or the symbol at point, on a page beside it."
  (interactive)
  (gearshift-action "explain"))

(defun gearshift-fix ()
  "Fix the problems on this line, or in the region."
  (interactive)
  (let* ((beg (if (use-region-p) (region-beginning) (line-beginning-position)))
         (end (if (use-region-p) (region-end) (line-end-position)))
         (encoding (progn (gearshift--need-server) (gearshift--encoding)))
         (problems (mapcar (lambda (problem)
                             (list :range (gearshift--range (flymake-diagnostic-beg problem)
                                                            (flymake-diagnostic-end problem)
                                                            encoding)
                                   :message (flymake-diagnostic-text problem)
                                   :source "flymake"))
                           (flymake-diagnostics beg end))))
    (unless problems (user-error "Flymake reports no problem here"))
    (gearshift--run "gearshift.fix" :diagnostics (vconcat problems))))

(defun gearshift-why ()
  "Say why a suggestion came here, or none, or why a model was chosen."
  (interactive)
  (gearshift--run "gearshift.why"))

(defun gearshift-status ()
  "Show gear, quota and spend on a page."
  (interactive)
  (gearshift--execute "gearshift.status"))

(defun gearshift-log ()
  "Show the latest requests, each with its model, cost and reason."
  (interactive)
  (gearshift--execute "gearshift.log"))

(defun gearshift--read-scope ()
  "Ask for how long a choice of model holds, given a prefix argument."
  (if current-prefix-arg
      (completing-read "Until: " '("next" "window" "always") nil t)
    "window"))

(defun gearshift-full (scope)
  "Use the full model although the quota is low, for SCOPE.
That is until the window resets; with a prefix argument you are asked."
  (interactive (list (gearshift--read-scope)))
  (gearshift--execute "gearshift.useFull" (vector (list :scope scope))))

(defun gearshift-mini (scope)
  "Use the mini model for everything, for SCOPE.
That is until the window resets; with a prefix argument you are asked."
  (interactive (list (gearshift--read-scope)))
  (gearshift--execute "gearshift.useMini" (vector (list :scope scope))))

(defun gearshift-auto ()
  "Let the quota choose the models again."
  (interactive)
  (gearshift--execute "gearshift.useAuto"))

(defun gearshift-pause ()
  "Offer no ghost text until `gearshift-resume'."
  (interactive)
  (gearshift--execute "gearshift.pause"))

(defun gearshift-resume ()
  "Offer ghost text again."
  (interactive)
  (gearshift--execute "gearshift.resume"))

(defun gearshift-cancel ()
  "Stop the work that goes on."
  (interactive)
  (unless gearshift--running (user-error "Gearshift is doing nothing"))
  (pcase-dolist (`(,token ,server . ,_) gearshift--running)
    (jsonrpc-notify server :window/workDoneProgress/cancel (list :token token))))

(provide 'gearshift-commands)
;;; gearshift-commands.el ends here
