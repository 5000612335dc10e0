;;; gearshift-connection.el --- A connection beside eglot's -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; One server for this Emacs, reached with jsonrpc.el: whatever eglot or
;; another client does in a buffer stays as it is.  Positions are in
;; utf-32 here: Emacs' own characters.

;;; Code:

(require 'cl-lib)
(require 'jsonrpc)
(require 'project)
(require 'gearshift-text)

(defvar gearshift-mode)
(defvar gearshift-program)
(defvar gearshift-settings)
(defvar gearshift-language-ids)

(declare-function gearshift--handle-notification "gearshift-editor")
(declare-function gearshift--handle-request "gearshift-editor")
(declare-function gearshift--forget-status "gearshift-status")

(defclass gearshift-connection (jsonrpc-process-connection)
  ((is-ready :initform nil :documentation "Whether the server answered `initialize'.")
   (folders :initform nil :documentation "Project folders that the server knows."))
  :documentation "The connection of `gearshift-mode' to its own server.")

(defvar gearshift--connection nil "The connection, or nil while there is none.")
(defvar gearshift--sent-id nil "Id of the last inline request, to cancel it by.")

(cl-defmethod jsonrpc-connection-send :before
  ((_connection gearshift-connection) &key id method &allow-other-keys)
  "Note the ID of a request whose METHOD is inline completion."
  (when (eq method :textDocument/inlineCompletion)
    (setq gearshift--sent-id id)))

;;;; Start and end

(defun gearshift--connect ()
  "Return the connection, started if there is none; it may not be ready yet."
  (unless (and gearshift--connection (jsonrpc-running-p gearshift--connection))
    (unless (executable-find (car gearshift-program))
      (user-error "Gearshift: no program `%s'; `pipx install gearshift', or set `gearshift-program'"
                  (car gearshift-program)))
    (setq gearshift--connection
          (make-instance 'gearshift-connection
                         :name "gearshift"
                         :process #'gearshift--start-process
                         :notification-dispatcher #'gearshift--handle-notification
                         :request-dispatcher #'gearshift--handle-request
                         :on-shutdown #'gearshift--ended))
    (gearshift--be-quiet gearshift--connection)
    (gearshift--initialize gearshift--connection))
  gearshift--connection)

(defun gearshift--start-process ()
  "Start the server."
  (let ((default-directory (expand-file-name "~/")))
    (make-process :name "gearshift"
                  :command gearshift-program
                  :connection-type 'pipe
                  :coding 'utf-8-emacs-unix
                  :noquery t
                  ;; The name that jsonrpc.el looks for.
                  :stderr (get-buffer-create "*gearshift stderr*"))))

(defun gearshift--be-quiet (connection)
  "Keep no log of the messages of CONNECTION: printing takes longer than answering."
  (dolist (slot '((-events-buffer-config . (:size 0)) (-events-buffer-scrollback-size . 0)))
    (when (slot-exists-p connection (car slot))
      (setf (slot-value connection (car slot)) (cdr slot)))))

(defun gearshift--initialize (connection)
  "Shake hands with the server behind CONNECTION, then open the buffers."
  (jsonrpc-async-request
   connection :initialize
   (list :processId (emacs-pid)
         :clientInfo (list :name "Emacs" :version emacs-version)
         :rootUri nil
         :workspaceFolders []
         :initializationOptions (or gearshift-settings (make-hash-table))
         :capabilities
         '(:general (:positionEncodings ["utf-32"])
           :workspace (:applyEdit t :configuration t :workspaceFolders t
                       :workspaceEdit (:documentChanges t :resourceOperations ["create"])
                       :executeCommand (:dynamicRegistration :json-false))
           :textDocument (:inlineCompletion (:dynamicRegistration :json-false)
                          :codeAction (:codeActionLiteralSupport
                                       (:codeActionKind (:valueSet ["quickfix" "refactor" "source"]))))
           :window (:workDoneProgress t :showDocument (:support t) :showMessage (:messageActionItem t))))
   :timeout 60
   :success-fn
   (lambda (_result)
     (setf (slot-value connection 'is-ready) t)
     (jsonrpc-notify connection :initialized (make-hash-table))
     (dolist (buffer (buffer-list))
       (with-current-buffer buffer
         (when (bound-and-true-p gearshift--wants-own)
           (gearshift--open)))))
   :error-fn
   (jsonrpc-lambda (&key message &allow-other-keys)
     (message "Gearshift: the server did not start: %s" message))))

(defun gearshift--ended (connection)
  "Note that the server behind CONNECTION is gone."
  (when (eq connection gearshift--connection)
    (setq gearshift--connection nil)
    (dolist (buffer (buffer-list))
      (with-current-buffer buffer
        (setq gearshift--version nil)))
    (gearshift--forget-status)
    (when (slot-value connection 'is-ready)
      (message "Gearshift: the server ended; M-x gearshift-restart starts it again"))))

(defun gearshift--disconnect ()
  "End the server in order; return when it is gone."
  (when-let ((connection gearshift--connection))
    (setq gearshift--connection nil)
    (ignore-errors
      (jsonrpc-request connection :shutdown nil :timeout 3)
      (jsonrpc-notify connection :exit nil))
    (ignore-errors (jsonrpc-shutdown connection))
    (dolist (buffer (buffer-list))
      (with-current-buffer buffer
        (setq gearshift--version nil)))
    (gearshift--forget-status)))

;;;; Documents

(defvar-local gearshift--wants-own nil "Whether this buffer is served by our own connection.")
(defvar-local gearshift--version nil "Version of this buffer as the server knows it; nil: not open.")
(defvar-local gearshift--uri nil "Address under which this buffer was opened.")
(defvar-local gearshift--changes nil "Changes not sent yet, latest first; `whole': send all.")
(defvar-local gearshift--before nil "What the next change replaces: (BEG END START-POS END-POS).")
(defvar-local gearshift--tick 0 "`buffer-chars-modified-tick' after the last change that was seen.")
(put 'gearshift--wants-own 'permanent-local t)
(put 'gearshift--version 'permanent-local t)
(put 'gearshift--uri 'permanent-local t)

(defun gearshift--language-id ()
  "Return the protocol's name for this buffer's language."
  (or (alist-get major-mode gearshift-language-ids)
      (replace-regexp-in-string "\\(-ts\\)?-mode\\'" "" (symbol-name major-mode))))

(defun gearshift--open ()
  "Open this buffer with the server, if that is ready and does not have it."
  (let ((connection gearshift--connection))
    (when (and connection (slot-value connection 'is-ready) (not gearshift--version))
      (gearshift--add-folder connection)
      (setq gearshift--version 0
            gearshift--uri (gearshift--path-to-uri buffer-file-name)
            gearshift--changes nil
            gearshift--tick (buffer-chars-modified-tick))
      (jsonrpc-notify connection :textDocument/didOpen
                      (list :textDocument
                            (list :uri gearshift--uri
                                  :languageId (gearshift--language-id)
                                  :version gearshift--version
                                  :text (gearshift--whole)))))))

(defun gearshift--close ()
  "Close this buffer with the server."
  (when (and gearshift--version gearshift--connection)
    (jsonrpc-notify gearshift--connection :textDocument/didClose
                    (list :textDocument (list :uri gearshift--uri))))
  (setq gearshift--version nil))

(defun gearshift--reopen ()
  "Open this buffer again: it visits another file now."
  (gearshift--close)
  (if buffer-file-name
      (gearshift--open)
    (setq gearshift--wants-own nil)))

(defun gearshift--saved ()
  "Tell the server that this buffer was saved."
  (when gearshift--version
    (gearshift--flush)
    (jsonrpc-notify gearshift--connection :textDocument/didSave
                    (list :textDocument (list :uri gearshift--uri)))))

(defun gearshift--add-folder (connection)
  "Tell the server behind CONNECTION of this buffer's project."
  (when-let* ((project (project-current))
              (root (gearshift--path-to-uri (directory-file-name (project-root project)))))
    (unless (member root (slot-value connection 'folders))
      (push root (slot-value connection 'folders))
      (let ((folder (list :uri root :name (file-name-nondirectory root))))
        (jsonrpc-notify connection :workspace/didChangeWorkspaceFolders
                        (list :event (list :added (vector folder) :removed [])))))))

(defun gearshift--whole ()
  "Return the text of this buffer."
  (save-restriction
    (widen)
    (gearshift--substring (point-min) (point-max))))

(defun gearshift--before-change (beg end)
  "Note where the text between BEG and END is, which is about to change."
  (when (and gearshift--version (not (eq gearshift--changes 'whole)))
    (setq gearshift--before
          (list beg end (gearshift--position beg) (gearshift--position end)))))

(defun gearshift--after-change (beg end length)
  "Note that what is between BEG and END took the place of LENGTH characters.
Functions like `upcase-region' announce one change and make another: then
all of the buffer is sent."
  (when gearshift--version
    (pcase gearshift--before
      ('nil (setq gearshift--changes 'whole))
      ((guard (eq gearshift--changes 'whole)))
      (`(,old-beg ,old-end ,start ,stop)
       (if (and (= beg old-beg) (= length (- old-end old-beg)))
           (push (list :range (list :start start :end stop)
                       :text (gearshift--substring beg end))
                 gearshift--changes)
         (setq gearshift--changes 'whole))))
    (setq gearshift--before nil
          gearshift--tick (buffer-chars-modified-tick))))

(defun gearshift--flush ()
  "Send the changes of this buffer that the server does not have."
  (when gearshift--version
    (unless (= gearshift--tick (buffer-chars-modified-tick))
      (setq gearshift--changes 'whole ; made behind our back
            gearshift--tick (buffer-chars-modified-tick)))
    (when gearshift--changes
      (let ((changes (if (eq gearshift--changes 'whole)
                         (list (list :text (gearshift--whole)))
                       (reverse gearshift--changes))))
        (setq gearshift--changes nil)
        (cl-incf gearshift--version)
        (jsonrpc-notify gearshift--connection :textDocument/didChange
                        (list :textDocument (list :uri gearshift--uri :version gearshift--version)
                              :contentChanges (vconcat changes)))))))

(defconst gearshift--document-hooks
  '((before-change-functions . gearshift--before-change)
    (after-change-functions . gearshift--after-change)
    (after-save-hook . gearshift--saved)
    (after-set-visited-file-name-hook . gearshift--reopen)
    (kill-buffer-hook . gearshift--close)
    ;; The language may be another one, and the mode is switched on again.
    (change-major-mode-hook . gearshift--detach))
  "Hooks of a buffer that our own connection serves.")

(defun gearshift--attach ()
  "Have this buffer served by our own connection."
  (setq gearshift--wants-own t)
  (pcase-dolist (`(,hook . ,function) gearshift--document-hooks)
    (add-hook hook function nil t))
  (gearshift--connect)
  (gearshift--open))

(defun gearshift--detach ()
  "Take this buffer from our own connection."
  (pcase-dolist (`(,hook . ,function) gearshift--document-hooks)
    (remove-hook hook function t))
  (gearshift--close)
  (setq gearshift--wants-own nil))

(provide 'gearshift-connection)
;;; gearshift-connection.el ends here
