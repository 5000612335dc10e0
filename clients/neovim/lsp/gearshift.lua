-- The server's configuration, for `vim.lsp.enable("gearshift")`; `vim.lsp.config` extends it.

---@type vim.lsp.Config
return {
  cmd = { "gearshift", "serve" },
  -- No file types: it serves every language, beside the language's own server.
  root_markers = { ".gearshift.toml", ".git" },
  capabilities = {
    textDocument = { inlineCompletion = { dynamicRegistration = false } },
  },
  commands = {
    ["gearshift.refactor"] = function(command, context)
      require("gearshift.client").refactor(command, context)
    end,
  },
  handlers = {
    ["gearshift/status"] = function(_, payload)
      require("gearshift.status").take(payload)
    end,
    ["gearshift/taskFinished"] = function(_, task)
      require("gearshift.tasks").finished(task)
    end,
    ["workspace/applyEdit"] = function(err, params, context)
      -- Neovim would print the label, and ask for ENTER where it is long; the result tells it.
      params.label = nil
      return vim.lsp.handlers["workspace/applyEdit"](err, params, context)
    end,
    ["window/showMessage"] = function(_, params)
      require("gearshift.notices").show(params.message, 5 - params.type)
    end,
  },
}
