-- Messages to the user. A long one never stops the work with a "Press ENTER" prompt.

local M = {}

local WIDTH = 72
local SECONDS = 12

--- Whether `vim.notify` is Neovim's own, which echoes; others show long texts well.
local function echoes()
  if type(vim.notify) ~= "function" then
    return false -- a plug-in's table that can be called
  end
  local source = debug.getinfo(vim.notify, "S").source
  -- Neovim's own is part of the program: `@vim/_editor.lua` in 0.11, without a name in 0.12.
  return source == "?" or source:find("^@vim[/\\]_") ~= nil or source:find("lua[/\\]vim[/\\]_") ~= nil
end

---@param text string
---@return string[]
local function wrapped(text)
  local lines = {}
  for _, paragraph in ipairs(vim.split(text, "\n", { plain = true })) do
    local line = ""
    for word in paragraph:gmatch("%S+") do
      if line ~= "" and vim.fn.strdisplaywidth(line .. " " .. word) > WIDTH then
        table.insert(lines, line)
        line = word
      else
        line = line == "" and word or line .. " " .. word
      end
    end
    table.insert(lines, line)
  end
  return lines
end

---@param text string
---@param highlight string
local function float(text, highlight)
  local lines = wrapped(text)
  local width = 1
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].bufhidden = "wipe"
  local window = vim.api.nvim_open_win(buffer, false, {
    relative = "editor",
    anchor = "NE",
    row = 1,
    col = vim.o.columns,
    width = math.min(width, vim.o.columns - 4),
    height = math.min(#lines, math.max(vim.o.lines - 6, 1)),
    style = "minimal",
    border = "rounded",
    title = " Gearshift ",
    focusable = false,
    noautocmd = true,
  })
  vim.wo[window].wrap = true
  vim.wo[window].winhighlight = "FloatBorder:" .. highlight
  vim.defer_fn(function()
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
  end, SECONDS * 1000)
end

local HIGHLIGHTS = {
  [vim.log.levels.ERROR] = "DiagnosticError",
  [vim.log.levels.WARN] = "DiagnosticWarn",
}

--- Show a message: a short one in the last line, a long one in a window that goes by itself.
---@param text string
---@param level? integer one of vim.log.levels
function M.show(text, level)
  level = math.max(level or vim.log.levels.INFO, vim.log.levels.INFO)
  local is_short = not text:find("\n") and vim.fn.strdisplaywidth(text) < vim.o.columns - 12
  if is_short or not echoes() then
    vim.notify(text, level, { title = "Gearshift" })
    return
  end
  -- What fits into the last line is kept by `:messages`; 0.11 keeps nothing that it does not show.
  local first = vim.split(text, "\n", { plain = true })[1]
  if vim.fn.strdisplaywidth(first) >= vim.o.columns - 12 then
    first = vim.fn.strcharpart(first, 0, vim.o.columns - 14) .. "…"
  end
  vim.api.nvim_echo({ { first } }, true, {})
  float(text, HIGHLIGHTS[level] or "DiagnosticInfo")
end

return M
