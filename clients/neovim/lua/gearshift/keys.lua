-- Keys in insert mode; where there is no ghost text they do what they did before.

local options = require("gearshift.options")

local M = {}

---@param buffer integer
---@param lhs string
---@return table? what the key does without this plug-in, as `maparg` describes it
local function before(buffer, lhs)
  local wanted = vim.api.nvim_replace_termcodes(lhs, true, true, true)
  for _, maps in ipairs({ vim.api.nvim_buf_get_keymap(buffer, "i"), vim.api.nvim_get_keymap("i") }) do
    for _, map in ipairs(maps) do
      local same = vim.api.nvim_replace_termcodes(map.lhs, true, true, true) == wanted
      if same and map.desc ~= M.MARK then
        return map
      end
    end
  end
end

M.MARK = "Gearshift ghost text"

--- Do what a key did before; the result is typed.
---@param map table?
---@param lhs string
local function fall_back(map, lhs)
  local flags = "n"
  local typed = lhs
  if map then
    local result = map.rhs
    if map.callback then
      result = map.callback()
    elseif map.expr == 1 then
      result = vim.api.nvim_eval(map.rhs)
    end
    if map.callback and map.expr ~= 1 or type(result) ~= "string" then
      return
    end
    typed, flags = result, map.noremap == 1 and "n" or "m"
  end
  -- In front of what is typed already, as if it came from the mapping itself.
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(typed, true, true, true), flags .. "i", false)
end

--- Whether the popup menu has an item chosen, which the key is meant for then.
local function is_choosing()
  return vim.fn.pumvisible() == 1 and vim.fn.complete_info({ "selected" }).selected >= 0
end

---@param buffer integer
---@param ghost table the verbs
function M.map(buffer, ghost)
  local verbs = {
    accept = ghost.accept,
    word = function()
      return ghost.accept("word")
    end,
    line = function()
      return ghost.accept("line")
    end,
    next = function()
      ghost.cycle(1)
    end,
    previous = function()
      ghost.cycle(-1)
    end,
    dismiss = ghost.dismiss,
  }
  local function map(lhs, act)
    local own = before(buffer, lhs)
    own = own and own.buffer == 1 and own or nil
    vim.keymap.set("i", lhs, function()
      if not act() then
        fall_back(own or before(buffer, lhs), lhs)
      end
    end, { buffer = buffer, desc = M.MARK })
  end
  for name, verb in pairs(verbs) do
    local lhs = options.keys[name]
    if lhs then
      map(lhs, function()
        if is_choosing() or not ghost.visible() then
          return false
        end
        verb()
        return true
      end)
    end
  end
  if options.keys.request then
    map(options.keys.request, function()
      ghost.request()
      return true
    end)
  end
end

return M
