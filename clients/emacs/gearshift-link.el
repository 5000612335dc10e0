;;; gearshift-link.el --- This buffer's server, whoever runs it -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Ghost text and commands don't care whether eglot runs the server or we
;; do: they ask here for the connection, and for places in its terms.

;;; Code:

(require 'jsonrpc)
(require 'gearshift-connection)
(require 'gearshift-text)

(declare-function gearshift--eglot-server "gearshift-eglot")
(declare-function gearshift--eglot-encoding "gearshift-eglot")
(declare-function gearshift--eglot-uri "gearshift-eglot")
(declare-function gearshift--eglot-flush "gearshift-eglot")

(defun gearshift--by-eglot ()
  "Return eglot's server in this buffer if that is Gearshift."
  (and (featurep 'gearshift-eglot) (gearshift--eglot-server)))

(defun gearshift--server ()
  "Return the connection that serves this buffer, or nil."
  (or (and gearshift--version gearshift--connection)
      (gearshift--by-eglot)))

(defun gearshift--need-server ()
  "Return the connection that serves this buffer; tell the user if there is none."
  (or (gearshift--server)
      (user-error "Gearshift serves no buffer here yet; switch `gearshift-mode' on")))

(defun gearshift--send-changes ()
  "Send the changes of this buffer that its server does not have."
  (if gearshift--version (gearshift--flush) (gearshift--eglot-flush)))

(defun gearshift--document ()
  "Return the address of this buffer as its server knows it."
  (if gearshift--version gearshift--uri (gearshift--eglot-uri)))

(defun gearshift--encoding ()
  "Return the encoding of positions in this buffer."
  (if gearshift--version 'utf-32 (gearshift--eglot-encoding (gearshift--by-eglot))))

(defun gearshift--execute (command &optional arguments)
  "Have this buffer's server run COMMAND with the vector ARGUMENTS."
  (let ((server (gearshift--need-server)))
    (gearshift--send-changes)
    (jsonrpc-async-request
     server :workspace/executeCommand
     (list :command command :arguments (or arguments []))
     :success-fn #'ignore
     :error-fn (jsonrpc-lambda (&key message &allow-other-keys)
                 (message "Gearshift: %s" message)))))

(defun gearshift--cancel (server id)
  "Tell SERVER that nobody waits for the request ID any more."
  (when (and id (jsonrpc-running-p server))
    (jsonrpc-notify server :$/cancelRequest (list :id id))))

(provide 'gearshift-link)
;;; gearshift-link.el ends here
