-- Ghost text: Neovim's own (0.12) or this plug-in's, behind the same few verbs.

local keys = require("gearshift.keys")
local options = require("gearshift.options")

local M = {}

---@class gearshift.Drawer
---@field attach fun(client: vim.lsp.Client, buffer: integer)
---@field detach fun(buffer: integer)
---@field visible fun(): boolean
---@field accept fun(part?: "word"|"line"): boolean
---@field cycle fun(count: integer)
---@field dismiss fun()
---@field request fun()

--- Who draws; nil where the user wants no ghost text.
---@return gearshift.Drawer?
local function drawer()
  local has_native = vim.lsp.inline_completion ~= nil
  if options.ghost == "off" then
    return nil
  end
  if options.ghost == "own" or not has_native then
    return require("gearshift.ghost.own")
  end
  return require("gearshift.ghost.native")
end

---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  local drawn_by = drawer()
  if drawn_by then
    drawn_by.attach(client, buffer)
    keys.map(buffer, M)
  end
end

---@param buffer integer
function M.detach(buffer)
  local drawn_by = drawer()
  if drawn_by then
    drawn_by.detach(buffer)
  end
end

---@return boolean
function M.visible()
  local drawn_by = drawer()
  return drawn_by ~= nil and drawn_by.visible()
end

---@param part? "word"|"line"
---@return boolean
function M.accept(part)
  local drawn_by = drawer()
  return drawn_by ~= nil and drawn_by.accept(part)
end

for _, verb in ipairs({ "cycle", "dismiss", "request" }) do
  M[verb] = function(...)
    local drawn_by = drawer()
    if drawn_by then
      drawn_by[verb](...)
    end
  end
end

return M
