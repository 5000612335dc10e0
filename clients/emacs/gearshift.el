;;; gearshift.el --- AI completions and verified edits, with the quota in sight -*- lexical-binding: t; -*-

;; Author: The Gearshift authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: convenience, tools, languages
;; URL: https://github.com/gearshift/gearshift
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; A client of the Gearshift language server: ghost text, tests that were
;; run before you see them, refactors, documentation, and the used share
;; of your quota in the mode line.
;;
;;   (require 'gearshift)
;;   (gearshift-global-mode)
;;
;; It has a connection of its own, beside whatever eglot or another client
;; does in a buffer.  Where eglot itself runs the server, alone or behind
;; a multiplexer, that connection serves:
;;
;;   (gearshift-eglot-setup '(python-mode python-ts-mode))
;;
;; `M-x gearshift-menu' shows the commands.

;;; Code:

(require 'gearshift-commands)
(require 'gearshift-connection)
(require 'gearshift-editor)
(require 'gearshift-ghost)
(require 'gearshift-link)
(require 'gearshift-status)

(defgroup gearshift nil
  "AI completions and verified edits, with the quota in sight."
  :group 'tools
  :prefix "gearshift-")

(defcustom gearshift-program '("gearshift" "serve")
  "Program of the server and its arguments."
  :type '(repeat string))

(defcustom gearshift-settings nil
  "Settings of the server as a property list, as docs/settings.md has them.
For example (:inline (:maxTokens 64)).  What belongs to you alone is best
chosen once with the shell command `gearshift setup'."
  :type 'sexp)

(defcustom gearshift-language-ids
  '((c++-mode . "cpp") (c++-ts-mode . "cpp") (js-mode . "javascript") (js2-mode . "javascript")
    (js-ts-mode . "javascript") (js-jsx-mode . "javascriptreact") (tsx-ts-mode . "typescriptreact")
    (sh-mode . "shellscript") (bash-ts-mode . "shellscript") (mhtml-mode . "html")
    (conf-toml-mode . "toml") (gfm-mode . "markdown") (python-base-mode . "python"))
  "The protocol's names of languages where a mode's own name is another one."
  :type '(alist :key-type symbol :value-type string))

(defvar eglot-server-programs)
(defvar eglot-managed-mode-hook)

(declare-function gearshift--eglot-server "gearshift-eglot")
(autoload 'gearshift-menu "gearshift-menu" "Menu of Gearshift's commands." t)

;;;###autoload
(define-minor-mode gearshift-mode
  "Ghost text and commands of Gearshift in this buffer."
  :lighter (:eval (gearshift-mode-line))
  (if gearshift-mode
      (gearshift--switch-on)
    (remove-hook 'post-command-hook #'gearshift--after-command t)
    (gearshift--forget)
    (gearshift--detach)))

(defun gearshift--switch-on ()
  "Find a server for this buffer and follow its commands."
  (when (featurep 'eglot) (require 'gearshift-eglot))
  (add-hook 'post-command-hook #'gearshift--after-command nil t)
  (setq gearshift--last-tick (buffer-chars-modified-tick)
        gearshift--last-point (point))
  (cond ((gearshift--by-eglot) (gearshift--detach))
        ((gearshift--can-attach) (gearshift--attach))))

(defun gearshift--can-attach ()
  "Whether our own connection can serve this buffer: it visits a local file."
  (and buffer-file-name (not (file-remote-p buffer-file-name))))

;;;###autoload
(define-globalized-minor-mode gearshift-global-mode gearshift-mode gearshift--maybe-on
  :group 'gearshift)

(defun gearshift--maybe-on ()
  "Switch `gearshift-mode' on where files are written."
  (when (and (gearshift--can-attach)
             (derived-mode-p 'prog-mode 'text-mode 'conf-mode)
             (executable-find (car gearshift-program)))
    (gearshift-mode)))

(defun gearshift--eglot-changed ()
  "Follow eglot as it comes to a buffer or leaves it."
  (require 'gearshift-eglot)
  (when (or gearshift-mode (gearshift--eglot-server))
    (gearshift-mode)))
(add-hook 'eglot-managed-mode-hook #'gearshift--eglot-changed)

;;;###autoload
(defun gearshift-eglot-setup (modes)
  "Have eglot run Gearshift as the server of MODES, and show ghost text there."
  (require 'eglot)
  (add-to-list 'eglot-server-programs
               (cons modes
                     (append gearshift-program
                             (list :initializationOptions
                                   (lambda (_server)
                                     (or gearshift-settings (make-hash-table))))))))

(defun gearshift-restart ()
  "End the server and start it again."
  (interactive)
  (let ((buffers (seq-filter (lambda (buffer) (buffer-local-value 'gearshift--wants-own buffer))
                             (buffer-list))))
    (gearshift--disconnect)
    (dolist (buffer buffers)
      (with-current-buffer buffer (gearshift--attach)))))

(provide 'gearshift)
;;; gearshift.el ends here
