-- One suggestion in a buffer: what of it is still to be typed, and its words and lines.

local M = {}

---@class gearshift.Suggestion
---@field item lsp.InlineCompletionItem as the server sent it
---@field text string all of it, from `column` on
---@field row integer line, from 0
---@field column integer byte, from 0, where it begins
---@field tail string what stands behind the cursor and is replaced

--- Return an item of the server as a suggestion; nil if it is none that can be shown.
---@param item lsp.InlineCompletionItem
---@param row integer
---@param cursor integer byte
---@param line string
---@param encoding string
---@return gearshift.Suggestion?
function M.new(item, row, cursor, line, encoding)
  local text = item.insertText
  if type(text) ~= "string" then
    return nil
  end
  local first, last = cursor, cursor
  if item.range then
    local range = item.range
    if range.start.line ~= row or range["end"].line ~= row then
      return nil
    end
    first = vim.str_byteindex(line, encoding, range.start.character, false)
    last = vim.str_byteindex(line, encoding, range["end"].character, false)
  end
  return {
    item = item,
    text = text,
    row = row,
    column = first,
    tail = line:sub(cursor + 1, last),
  }
end

--- Return what is still to be typed at the cursor; nil: it does not fit there any more.
---@param suggestion gearshift.Suggestion
---@param row integer
---@param cursor integer byte
---@param line string
---@return string?
function M.rest(suggestion, row, cursor, line)
  if row ~= suggestion.row or cursor < suggestion.column then
    return nil
  end
  local typed = line:sub(suggestion.column + 1, cursor)
  local is_typed = vim.startswith(suggestion.text, typed)
  local has_tail = vim.startswith(line:sub(cursor + 1), suggestion.tail)
  if not is_typed or not has_tail or #typed == #suggestion.text then
    return nil
  end
  return suggestion.text:sub(#typed + 1)
end

--- Return the first word or line of a text, never nothing.
---@param text string
---@param part "word"|"line"
---@return string
function M.part(text, part)
  if part == "line" then
    return text:match("^\n?[^\n]*")
  end
  -- Bytes above 127 belong to letters of other scripts or to emojis: never split them.
  return text:match("^%s*[%w_\128-\255]+") or text:match("^%s*[^%w_%s\128-\255]+") or text
end

--- Insert what is left of a suggestion at the cursor, or a part of that; return what was inserted.
---@param suggestion { tail: string }
---@param rest string
---@param part? "word"|"line"
---@return string
function M.take(suggestion, rest, part)
  local taken = part and M.part(rest, part) or rest
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  vim.bo.undolevels = vim.bo.undolevels -- an undo step of its own
  local lines = vim.split(taken, "\n", { plain = true })
  -- What stands behind the cursor is replaced once all is there.
  local stop = column + (taken == rest and #suggestion.tail or 0)
  vim.api.nvim_buf_set_text(0, row - 1, column, row - 1, stop, lines)
  local last = (#lines == 1 and column or 0) + #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { row + #lines - 1, last })
  return taken
end

--- Tell the server that an item was accepted, or how much of it.
---@param client vim.lsp.Client
---@param item lsp.InlineCompletionItem
---@param text string what of the item is in the buffer now
---@param is_all boolean
function M.tell(client, item, text, is_all)
  if is_all then
    if item.command then
      client:exec_cmd(item.command, { bufnr = vim.api.nvim_get_current_buf() })
    end
    return
  end
  local length = vim.str_utfindex(text, "utf-16") -- whatever the encoding of positions
  client:notify("textDocument/didPartiallyAcceptCompletion", { item = item, acceptedLength = length })
end

return M
