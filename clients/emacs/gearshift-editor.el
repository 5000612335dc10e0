;;; gearshift-editor.el --- What the server asks Emacs for -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Requests and notifications of the server on our own connection: edits,
;; pages, questions, messages, progress.

;;; Code:

(require 'cl-lib)
(require 'jsonrpc)
(require 'gearshift-connection)
(require 'gearshift-status)
(require 'gearshift-text)

(defvar gearshift-settings)

(defun gearshift--handle-notification (connection method params)
  "Handle the notification METHOD with PARAMS that came on CONNECTION."
  (pcase method
    ('gearshift/status (gearshift--take-status params))
    ('gearshift/taskFinished (gearshift--take-result params))
    ('$/progress
     (gearshift--take-progress connection (plist-get params :token) (plist-get params :value)))
    ('window/showMessage
     (message "Gearshift: %s" (plist-get params :message)))))

(defun gearshift--handle-request (_connection method params)
  "Answer the request METHOD with PARAMS that came on a connection."
  (pcase method
    ('workspace/applyEdit (gearshift--answer-edit (plist-get params :edit)))
    ('workspace/configuration
     (vconcat (mapcar (lambda (_item) gearshift-settings) (plist-get params :items))))
    ('window/showDocument (gearshift--show-document params))
    ('window/showMessageRequest (gearshift--ask params))
    ((or 'window/workDoneProgress/create 'client/registerCapability
         'client/unregisterCapability 'workspace/codeLens/refresh)
     nil)
    (_ (jsonrpc-error :code -32601 :message (format "Emacs has no %s" method)))))

(defun gearshift--ask (params)
  "Ask the question of PARAMS; return the answer, or nil when the user gives none."
  (when-let* ((actions (append (plist-get params :actions) nil))
              (titles (mapcar (lambda (action) (plist-get action :title)) actions))
              (enable-recursive-minibuffers t)
              (chosen (condition-case nil
                          (completing-read (concat (plist-get params :message) " ") titles nil t)
                        (quit nil))))
    (cl-find chosen actions :key (lambda (action) (plist-get action :title)) :test #'equal)))

(defun gearshift--show-document (params)
  "Show the document of PARAMS, beside the work unless it is to take the focus."
  (let ((path (gearshift--uri-to-path (plist-get params :uri))))
    (cond
     ((null path) '(:success :json-false))
     (t
      (let ((buffer (find-file-noselect path t)))
        (with-current-buffer buffer
          (when (and (not (buffer-modified-p)) (file-exists-p path)
                     (not (verify-visited-file-modtime buffer)))
            (revert-buffer t t)))
        (if (eq (plist-get params :takeFocus) t)
            (pop-to-buffer buffer)
          (display-buffer buffer)))
      '(:success t)))))

(defun gearshift--answer-edit (edit)
  "Make EDIT, a workspace edit; return the protocol's answer."
  (condition-case error
      (progn
        (mapc #'gearshift--check-version (plist-get edit :documentChanges))
        (mapc #'gearshift--make-change (plist-get edit :documentChanges))
        (cl-loop for (uri edits) on (plist-get edit :changes) by #'cddr
                 do (gearshift--edit-file (substring (symbol-name uri) 1) edits))
        '(:applied t))
    (error (list :applied :json-false :failureReason (error-message-string error)))))

(defun gearshift--check-version (change)
  "Signal an error if CHANGE is for another version of its buffer than there is."
  (let* ((document (plist-get change :textDocument))
         (path (and document (gearshift--uri-to-path (plist-get document :uri))))
         (buffer (and path (find-buffer-visiting path)))
         (version (plist-get document :version)))
    (when (and buffer version)
      (with-current-buffer buffer
        (gearshift--flush)
        (unless (or (null gearshift--version) (= version gearshift--version))
          (error "The text was changed meanwhile"))))))

(defun gearshift--make-change (change)
  "Make CHANGE, a member of `documentChanges'."
  (pcase (plist-get change :kind)
    ("create"
     (let ((path (gearshift--uri-to-path (plist-get change :uri))))
       (make-directory (file-name-directory path) t)
       (find-file-noselect path t)))
    ('nil
     (gearshift--edit-file (plist-get (plist-get change :textDocument) :uri)
                           (plist-get change :edits)))
    (kind (error "Emacs can't %s a file for a server" kind))))

(defun gearshift--edit-file (uri edits)
  "Make EDITS in the file URI."
  (with-current-buffer (find-file-noselect (gearshift--uri-to-path uri) t)
    (gearshift--apply-edits (append edits nil))))

(provide 'gearshift-editor)
;;; gearshift-editor.el ends here
