;;; gearshift-eglot.el --- Gearshift and eglot in one buffer -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Two things.  Where eglot's server is Gearshift, alone or behind a
;; multiplexer, ghost text and commands go over eglot's connection.  And
;; where eglot runs the language's own server, `eglot-code-actions' offers
;; Gearshift's actions beside that server's.  The few private functions of
;; eglot that this needs are called here and nowhere else; eglot 1.9 and
;; 1.17 have them all.

;;; Code:

(require 'cl-lib)
(require 'eglot)
(require 'flymake)
(require 'gearshift-connection)
(require 'gearshift-link)
(require 'gearshift-status)
(require 'gearshift-text)

(declare-function eglot--capabilities "eglot")
(declare-function eglot--signal-textDocument/didChange "eglot")
(declare-function eglot--TextDocumentIdentifier "eglot")

(defun gearshift--eglot-server ()
  "Return eglot's server in this buffer if Gearshift answers there, else nil."
  (when-let* ((server (and (bound-and-true-p eglot--managed-mode) (eglot-current-server)))
              (options (plist-get (eglot--capabilities server) :executeCommandProvider)))
    (when (seq-contains-p (plist-get options :commands) "gearshift.refactor" #'equal)
      server)))

(defun gearshift--eglot-encoding (server)
  "Return the encoding of positions that SERVER chose."
  (intern (or (plist-get (eglot--capabilities server) :positionEncoding) "utf-16")))

(defun gearshift--eglot-uri ()
  "Return the address under which eglot opened this buffer."
  (plist-get (eglot--TextDocumentIdentifier) :uri))

(defun gearshift--eglot-flush ()
  "Send the changes that eglot still keeps back."
  (eglot--signal-textDocument/didChange))

(cl-defmethod jsonrpc-connection-send :before
  ((_connection eglot-lsp-server) &key id method &allow-other-keys)
  "Note the ID of a request whose METHOD is inline completion."
  (when (eq method :textDocument/inlineCompletion)
    (setq gearshift--sent-id id)))

(cl-defmethod eglot-handle-notification
  (_server (_method (eql gearshift/status)) &rest payload)
  "Show the status PAYLOAD."
  (gearshift--take-status payload))

(cl-defmethod eglot-handle-notification
  (_server (_method (eql gearshift/taskFinished)) &rest payload)
  "Show the result PAYLOAD."
  (gearshift--take-result payload))

(cl-defmethod eglot-handle-notification :after
  (server (_method (eql $/progress)) &key token value &allow-other-keys)
  "Show the VALUE of progress TOKEN of SERVER if it is Gearshift's."
  (when (or (assoc (format "%s" token) gearshift--running)
            (string-prefix-p "Gearshift: " (or (plist-get value :title) "")))
    (gearshift--take-progress server token value)))

;;;; Code actions of two servers in one menu

(defvar gearshift--beside nil
  "Gearshift's code actions while `eglot-code-actions' asks eglot's server.")

(defun gearshift--eglot-diagnostics (beg end)
  "Return the problems between BEG and END, whoever reports them."
  (vconcat
   (mapcar (lambda (problem)
             (list :range (gearshift--range (flymake-diagnostic-beg problem)
                                            (flymake-diagnostic-end problem))
                   :message (flymake-diagnostic-text problem)
                   :source "flymake"))
           (flymake-diagnostics beg end))))

(defun gearshift--code-actions (beg end kind)
  "Return Gearshift's code actions of KIND (nil: all) from BEG to END, as a vector."
  (gearshift--flush)
  (vconcat
   (ignore-errors
     (jsonrpc-request
      gearshift--connection :textDocument/codeAction
      (list :textDocument (list :uri gearshift--uri)
            :range (gearshift--range beg end)
            :context (append (list :triggerKind 1
                                   :diagnostics (gearshift--eglot-diagnostics beg end))
                             (when kind (list :only (vector kind)))))
      :timeout 2))))

(defun gearshift--eglot-code-actions (list-actions beg &optional end kind &rest more)
  "Let LIST-ACTIONS list Gearshift's actions too.
BEG, END, KIND and MORE are the arguments of `eglot-code-actions'."
  (let ((gearshift--beside
         (and gearshift--version (gearshift--code-actions beg (or end beg) kind))))
    (apply list-actions beg end kind more)))

(defun gearshift--eglot-request (request server method &rest more)
  "Do REQUEST of METHOD to SERVER with MORE; add what `gearshift--beside' holds."
  (let ((result (apply request server method more)))
    (if (and (eq method :textDocument/codeAction)
             gearshift--beside
             (not (eq server gearshift--connection)))
        (vconcat result gearshift--beside)
      result)))

(defun gearshift--eglot-execute (execute server action &rest more)
  "Run EXECUTE on SERVER and ACTION with MORE, or here if it is Gearshift's.
ACTION is a code action, a command, or in eglot 1.9 a command's name."
  (let* ((command (if (consp action) (plist-get action :command) action))
         (name (if (consp command) (plist-get command :command) command))
         (arguments (cond ((consp command) (plist-get command :arguments))
                          ((consp action) (plist-get action :arguments))
                          (t (car more)))))
    (if (and gearshift--version (string-prefix-p "gearshift." (format "%s" name)))
        (gearshift--execute (format "%s" name) (gearshift--with-instruction arguments))
      (apply execute server action more))))

(defun gearshift--with-instruction (arguments)
  "Return ARGUMENTS of a command with the instruction that they lack, asked for."
  (let ((argument (append (and (> (length arguments) 0) (aref arguments 0)) nil)))
    (if (and (equal (plist-get argument :refactoring) "instruction")
             (null (plist-get argument :instruction)))
        (vector (append argument (list :instruction (read-string "Change the code: "))))
      arguments)))

(advice-add 'eglot-code-actions :around #'gearshift--eglot-code-actions)
(advice-add 'jsonrpc-request :around #'gearshift--eglot-request)
(advice-add (if (fboundp 'eglot-execute) 'eglot-execute 'eglot-execute-command)
            :around #'gearshift--eglot-execute)

(provide 'gearshift-eglot)
;;; gearshift-eglot.el ends here
