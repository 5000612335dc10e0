-- The plug-in's own options; the server's settings are in `init_options` (docs/settings.md).

---@class gearshift.Keys
---@field accept string|false
---@field word string|false
---@field line string|false
---@field next string|false
---@field previous string|false
---@field dismiss string|false
---@field request string|false

---@class gearshift.Options
---@field ghost? "auto"|"native"|"own"|"off" who draws the ghost text; "auto": Neovim where it can
---@field delay_ms? integer pause after a key before the own ghost text asks; the server paces too
---@field keys? gearshift.Keys|false keys in insert mode; false: none

local M = {
  ghost = "auto",
  delay_ms = 20,
  keys = {
    accept = "<Tab>",
    word = "<M-Right>",
    line = "<M-Down>",
    next = "<M-]>",
    previous = "<M-[>",
    dismiss = "<C-]>",
    request = "<M-\\>",
  },
}

local GHOSTS = { auto = true, native = true, own = true, off = true }
local NO_KEYS = {}
for name in pairs(M.keys) do
  NO_KEYS[name] = false
end

--- Take a user's options; raises what is wrong with them.
---@param options gearshift.Options
function M.set(options)
  for name in pairs(options) do
    assert(name ~= "set" and M[name] ~= nil, ("gearshift: there is no option `%s`"):format(name))
  end
  vim.validate("ghost", options.ghost, function(value)
    return value == nil or GHOSTS[value] or false
  end, '"auto", "native", "own" or "off"')
  vim.validate("delay_ms", options.delay_ms, "number", true)
  M.ghost = options.ghost or M.ghost
  M.delay_ms = options.delay_ms or M.delay_ms
  local keys = options.keys
  if keys == false then
    keys = NO_KEYS
  end
  for name, key in pairs(keys or {}) do
    assert(M.keys[name] ~= nil, ("gearshift: there is no key `%s`"):format(name))
    M.keys[name] = key
  end
end

return M
