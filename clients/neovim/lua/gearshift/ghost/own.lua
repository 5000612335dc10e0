-- Ghost text drawn by this plug-in (Neovim 0.11, or by choice): asking, showing, accepting.

local options = require("gearshift.options")
local suggestions = require("gearshift.ghost.suggestion")

local M = {}

local SPACE = vim.api.nvim_create_namespace("gearshift.ghost")
local MARK = 1
local METHOD = "textDocument/inlineCompletion"
local INVOKED, AUTOMATIC = 1, 2

vim.api.nvim_set_hl(0, "GearshiftGhost", { default = true, link = "NonText" })

---@class gearshift.Ghost
---@field client_id integer
---@field group integer
---@field timer uv.uv_timer_t
---@field suggestions gearshift.Suggestion[]
---@field index integer
---@field request_id integer?
---@field shown string? the text that was told to be shown
---@field settled any[]? where was asked last, or where it was sent away, see `place`

---@type table<integer, gearshift.Ghost> by buffer
local ghosts = {}

local function here()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  return row - 1, column, vim.api.nvim_get_current_line()
end

--- The cursor and the state of the text, to compare.
---@return any[]
local function place()
  return { vim.api.nvim_buf_get_changedtick(0), here() }
end

local function is_inserting()
  return vim.startswith(vim.api.nvim_get_mode().mode, "i")
end

--- The suggestion at the cursor, and what of it is still to be typed.
---@return gearshift.Ghost?, gearshift.Suggestion?, string?
local function current()
  local ghost = ghosts[vim.api.nvim_get_current_buf()]
  local suggestion = ghost and ghost.suggestions[ghost.index]
  if not suggestion or not is_inserting() then
    return ghost
  end
  local row, column, line = here()
  return ghost, suggestion, suggestions.rest(suggestion, row, column, line)
end

---@param buffer integer
local function hide(buffer)
  vim.api.nvim_buf_clear_namespace(buffer, SPACE, 0, -1)
end

--- Stop what is on its way and forget what was offered.
---@param buffer integer
local function drop(buffer)
  local ghost = ghosts[buffer]
  ghost.timer:stop()
  local client = vim.lsp.get_client_by_id(ghost.client_id)
  if ghost.request_id and client then
    client:cancel_request(ghost.request_id)
  end
  ghost.request_id = nil
  ghost.settled = nil
  ghost.suggestions = {}
  ghost.index = 1
  if vim.api.nvim_buf_is_valid(buffer) then
    hide(buffer)
  end
end

--- Say once of each suggestion that it was seen.
---@param ghost gearshift.Ghost
---@param suggestion gearshift.Suggestion
local function tell_shown(ghost, suggestion)
  local client = vim.lsp.get_client_by_id(ghost.client_id)
  local seen = ("%d:%d:%s"):format(suggestion.row, suggestion.column, suggestion.text)
  if client and ghost.shown ~= seen then
    ghost.shown = seen
    client:notify("textDocument/didShowCompletion", { item = suggestion.item })
  end
end

--- Draw what is still to be typed; false: nothing fits at the cursor.
---@param with_count? boolean
---@return boolean
local function draw(with_count)
  local buffer = vim.api.nvim_get_current_buf()
  hide(buffer)
  local ghost, suggestion, rest = current()
  if not ghost or not suggestion or not rest then
    return false
  end
  local row, column = here()
  local lines = vim.split(rest, "\n", { plain = true })
  local first, tail = lines[1], suggestion.tail
  if #lines == 1 and tail ~= "" and vim.endswith(first, tail) then
    first = first:sub(1, -#tail - 1) -- it is on the screen already
  end
  local below = {}
  for i = 2, #lines do
    -- A tab would be drawn as wide as if it stood at the window's edge.
    table.insert(below, { { (lines[i]:gsub("\t", (" "):rep(vim.bo.tabstop))), "GearshiftGhost" } })
  end
  local text = { { first, "GearshiftGhost" } }
  if with_count and #ghost.suggestions > 1 then
    table.insert(text, { (" (%d/%d)"):format(ghost.index, #ghost.suggestions), "GearshiftGhost" })
  end
  vim.api.nvim_buf_set_extmark(buffer, SPACE, row, column, {
    id = MARK,
    virt_text = text,
    virt_text_pos = "inline",
    virt_lines = #below > 0 and below or nil,
    hl_mode = "combine",
  })
  tell_shown(ghost, suggestion)
  return true
end

--- Add items that are not there yet; return whether any was new.
---@param ghost gearshift.Ghost
---@param found gearshift.Suggestion[]
---@return boolean
local function add(ghost, found)
  local count = #ghost.suggestions
  for _, suggestion in ipairs(found) do
    local is_known = vim.iter(ghost.suggestions):any(function(known)
      return known.text == suggestion.text and known.column == suggestion.column
    end)
    if not is_known then
      table.insert(ghost.suggestions, suggestion)
    end
  end
  return #ghost.suggestions > count
end

---@param buffer integer
---@param kind integer
---@param take fun(ghost: gearshift.Ghost, found: gearshift.Suggestion[])
local function ask(buffer, kind, take)
  local ghost = ghosts[buffer]
  local client = ghost and vim.lsp.get_client_by_id(ghost.client_id)
  if not client or buffer ~= vim.api.nvim_get_current_buf() or not is_inserting() then
    return
  end
  if ghost.request_id then
    client:cancel_request(ghost.request_id)
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = kind }
  local asked_at = place()
  local row, column, line = here()
  local id
  local _, sent = client:request(METHOD, params, function(_, result)
    if ghosts[buffer] ~= ghost or ghost.request_id ~= id then
      return
    end
    ghost.request_id = nil
    local is_current = buffer == vim.api.nvim_get_current_buf()
      and vim.deep_equal(asked_at, place())
    -- null: cancelled or outdated, and what is shown stays.
    if not result or not is_current or not is_inserting() then
      return
    end
    local found = {}
    for _, item in ipairs(result.items or result) do
      table.insert(found, suggestions.new(item, row, column, line, client.offset_encoding))
    end
    take(ghost, found)
  end, buffer)
  id = sent
  ghost.request_id = sent
  ghost.settled = asked_at
end

---@param buffer integer
local function ask_soon(buffer)
  local ghost = ghosts[buffer]
  ghost.timer:start(options.delay_ms, 0, vim.schedule_wrap(function()
    -- The event of the last key can come after the key that dismisses or turns what it brought.
    if vim.deep_equal(ghost.settled, place()) then
      return
    end
    ask(buffer, AUTOMATIC, function(_, found)
      ghost.suggestions, ghost.index = found, 1
      draw()
    end)
  end))
end

---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  M.detach(buffer)
  local group = vim.api.nvim_create_augroup(("gearshift.ghost.%d"):format(buffer), {})
  ghosts[buffer] = {
    client_id = client.id,
    group = group,
    timer = assert(vim.uv.new_timer()),
    suggestions = {},
    index = 1,
  }
  vim.api.nvim_create_autocmd({ "InsertEnter", "TextChangedI", "TextChangedP", "CursorMovedI" }, {
    group = group,
    buffer = buffer,
    callback = function()
      draw() -- what is typed through stays on the screen until the answer
      ask_soon(buffer)
    end,
  })
  vim.api.nvim_create_autocmd({ "InsertLeave", "BufLeave" }, {
    group = group,
    buffer = buffer,
    callback = function()
      drop(buffer)
    end,
  })
end

---@param buffer integer
function M.detach(buffer)
  local ghost = ghosts[buffer]
  if ghost then
    drop(buffer)
    ghost.timer:close()
    vim.api.nvim_del_augroup_by_id(ghost.group)
    ghosts[buffer] = nil
  end
end

---@return boolean
function M.visible()
  local _, _, rest = current()
  return rest ~= nil
end

---@param part? "word"|"line"
---@return boolean
function M.accept(part)
  local ghost, suggestion, rest = current()
  if not ghost or not suggestion or not rest then
    return false
  end
  local client = vim.lsp.get_client_by_id(ghost.client_id)
  local typed = suggestion.text:sub(1, #suggestion.text - #rest)
  local taken = suggestions.take(suggestion, rest, part)
  if taken == rest then
    drop(vim.api.nvim_get_current_buf())
  else
    M.advance(suggestion, typed .. taken)
    draw()
  end
  if client then
    suggestions.tell(client, suggestion.item, typed .. taken, taken == rest)
  end
  return true
end

--- Let a suggestion of several lines go on behind the lines that were taken.
---@param suggestion gearshift.Suggestion
---@param typed string
function M.advance(suggestion, typed)
  local lines = vim.split(typed, "\n", { plain = true })
  if #lines > 1 then
    local before = #typed - #lines[#lines]
    suggestion.text = suggestion.text:sub(before + 1)
    suggestion.row = suggestion.row + #lines - 1
    suggestion.column = 0
  end
end

---@param count integer
function M.cycle(count)
  local ghost = current()
  if not ghost then
    return
  end
  local function turn()
    if #ghost.suggestions > 0 then
      ghost.index = (ghost.index - 1 + count) % #ghost.suggestions + 1
      draw(true)
    end
  end
  if #ghost.suggestions > 1 then
    turn()
    return
  end
  -- Only a wish in so many words makes the server look for another one.
  ask(vim.api.nvim_get_current_buf(), INVOKED, function(_, found)
    if add(ghost, found) then
      turn()
    end
  end)
end

--- Send away what is shown; until the text or the cursor changes nothing comes by itself.
function M.dismiss()
  local ghost = ghosts[vim.api.nvim_get_current_buf()]
  if ghost then
    drop(vim.api.nvim_get_current_buf())
    ghost.settled = place()
  end
end

function M.request()
  ask(vim.api.nvim_get_current_buf(), INVOKED, function(ghost, found)
    ghost.suggestions, ghost.index = found, 1
    if not draw() then
      vim.notify("Gearshift: no suggestion here; `:Gearshift why` tells why")
    end
  end)
end

return M
