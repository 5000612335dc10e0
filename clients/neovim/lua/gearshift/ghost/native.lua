-- Neovim's own inline completion (0.12): it asks, draws and accepts; words and lines are added.

local suggestion = require("gearshift.ghost.suggestion")

local M = {}

local NAMESPACE = "nvim.lsp.inline_completion"

---@param client vim.lsp.Client
function M.attach(client)
  -- For this client alone: what other servers offer is for the user to switch on.
  vim.lsp.inline_completion.enable(true, { client_id = client.id })
end

function M.detach() end

---@return boolean
function M.visible()
  local space = vim.api.nvim_get_namespaces()[NAMESPACE]
  return space ~= nil and #vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { limit = 1 }) > 0
end

--- Insert an item, or a part of it, where the cursor is now.
---
--- Neovim's own accepting puts all of it at its old place: what was typed since stands there twice.
---@param item vim.lsp.inline_completion.Item
---@param part? "word"|"line"
local function insert(item, part)
  local row, cursor = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_get_current_line()
  local first, column, stop = row - 1, cursor, cursor
  if item.range then
    first, column, _, stop = item.range:to_extmark()
  end
  local text = item.insert_text
  local typed = line:sub(column + 1, cursor)
  if type(text) ~= "string" or first ~= row - 1 or not vim.startswith(text, typed) then
    return
  end
  local rest = text:sub(#typed + 1)
  local taken = suggestion.take({ tail = line:sub(cursor + 1, stop) }, rest, part)
  local client = vim.lsp.get_client_by_id(item.client_id)
  if client then
    local told = { insertText = text, command = item.command }
    suggestion.tell(client, told, typed .. taken, taken == rest)
  end
end

---@param part? "word"|"line"
---@return boolean
function M.accept(part)
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      insert(item, part)
      return nil
    end,
  })
end

---@param count integer
function M.cycle(count)
  vim.lsp.inline_completion.select({ count = count })
end

function M.dismiss()
  -- There is no public way to hide it; an accepted nothing does.
  vim.lsp.inline_completion.get({
    on_accept = function()
      return nil
    end,
  })
end

function M.request()
  -- Neovim asks by itself when the cursor moves, and has no public way to be asked.
  vim.api.nvim_exec_autocmds("CursorMovedI", { buffer = 0, modeline = false })
end

return M
