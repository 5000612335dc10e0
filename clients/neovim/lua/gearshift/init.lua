-- What a user's configuration calls: options, the status line, and the keys of ghost text.

local M = {}

--- Change options and start the server in every buffer; without it, `vim.lsp.enable` is enough.
---@param options? gearshift.Options
function M.setup(options)
  require("gearshift.options").set(options or {})
  vim.lsp.enable("gearshift")
end

--- Return the status for `%{%v:lua.require'gearshift'.statusline()%}`, coloured when it presses.
---@return string
function M.statusline()
  return require("gearshift.status").component()
end

--- Return the status as plain text, for status lines that colour by themselves.
---@return string
function M.status()
  return require("gearshift.status").text()
end

--- Whether ghost text can be accepted at the cursor.
---@return boolean
function M.visible()
  return require("gearshift.ghost").visible()
end

--- Accept all of the ghost text, or its next "word" or "line"; false: there is none.
---@param part? "word"|"line"
---@return boolean
function M.accept(part)
  return require("gearshift.ghost").accept(part)
end

--- Show another suggestion: the next one, or with a negative count an earlier one.
---@param count? integer
function M.cycle(count)
  require("gearshift.ghost").cycle(count or 1)
end

--- Hide the ghost text until the next key.
function M.dismiss()
  require("gearshift.ghost").dismiss()
end

--- Ask for a suggestion here and now.
function M.request()
  require("gearshift.ghost").request()
end

return M
