-- Sourced at start-up: the command, and what happens when the server comes to a buffer or leaves.

if vim.g.loaded_gearshift then
  return
end
vim.g.loaded_gearshift = true

vim.api.nvim_create_user_command("Gearshift", function(call)
  require("gearshift.commands").run(call)
end, {
  nargs = "*",
  range = true,
  desc = "Tests, documentation, refactors and quota with Gearshift",
  complete = function(lead, line)
    return require("gearshift.commands").complete(lead, line)
  end,
})

local group = vim.api.nvim_create_augroup("gearshift", {})

local function on(event, act)
  vim.api.nvim_create_autocmd(event, {
    group = group,
    callback = function(args)
      local client = vim.lsp.get_client_by_id(args.data.client_id)
      if client and client.name == "gearshift" then
        act(client, args)
      end
    end,
  })
end

on("LspAttach", function(client, args)
  require("gearshift.ghost").attach(client, args.buf)
end)
on("LspDetach", function(client, args)
  require("gearshift.ghost").detach(args.buf)
  require("gearshift.status").leave(client)
end)
on("LspProgress", function(client, args)
  require("gearshift.tasks").progress(client, args.data.params)
end)
