;;; gearshift-menu.el --- A menu of Gearshift's commands -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; `gearshift-menu' shows the commands with their keys, by transient.el.

;;; Code:

(require 'transient)
(require 'gearshift-commands)
(require 'gearshift-ghost)

;;;###autoload (autoload 'gearshift-menu "gearshift-menu" nil t)
(transient-define-prefix gearshift-menu ()
  "Menu of Gearshift's commands."
  [["Code"
    ("t" "tests" gearshift-tests)
    ("d" "documentation" gearshift-document)
    ("r" "refactor as you say" gearshift-refactor)
    ("f" "fix problems" gearshift-fix)
    ("e" "explain" gearshift-explain)
    ("x" "other action" gearshift-action)]
   ["Ghost text"
    ("c" "complete here" gearshift-complete)
    ("p" "pause" gearshift-pause)
    ("P" "resume" gearshift-resume)]
   ["Model"
    ("F" "use full" gearshift-full)
    ("M" "use mini" gearshift-mini)
    ("A" "as the quota says" gearshift-auto)]
   ["See"
    ("s" "status" gearshift-status)
    ("l" "requests" gearshift-log)
    ("w" "why" gearshift-why)
    ("k" "stop what runs" gearshift-cancel)]])

(provide 'gearshift-menu)
;;; gearshift-menu.el ends here
