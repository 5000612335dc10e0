-- The running server as this plug-in talks to it, and places in its terms.

local M = {}

---@param buffer? integer
---@return vim.lsp.Client?
function M.find(buffer)
  return vim.lsp.get_clients({ name = "gearshift", bufnr = buffer or 0 })[1]
end

--- Return the server of this buffer, or say that there is none.
---@return vim.lsp.Client?
function M.need()
  local client = M.find(0)
  if not client then
    local advice = ":checkhealth gearshift tells why"
    require("gearshift.notices").show("Gearshift is not running in this buffer; " .. advice, vim.log.levels.WARN)
  end
  return client
end

--- Return the argument of a command for the cursor, or for the lines of a range.
---@param client vim.lsp.Client
---@param first? integer line, from 1
---@param last? integer line, from 1
function M.place(client, first, last)
  local encoding = client.offset_encoding
  local here = vim.lsp.util.make_range_params(0, encoding)
  local range = here.range
  if first and last then
    range = { start = { line = first - 1, character = 0 }, ["end"] = M.line_end(last, encoding) }
    if first == 1 and last == vim.api.nvim_buf_line_count(0) then
      range["end"] = { line = last, character = 0 } -- the whole file has actions of its own
    end
  end
  return { uri = here.textDocument.uri, range = range, position = range.start }
end

---@param line integer from 1
---@param encoding string
function M.line_end(line, encoding)
  local text = vim.api.nvim_buf_get_lines(0, line - 1, line, false)[1] or ""
  return { line = line - 1, character = vim.str_utfindex(text, encoding) }
end

--- Run a command of the server; it answers at once, the work goes on behind.
---@param client vim.lsp.Client
---@param command string
---@param argument? table
function M.run(client, command, argument)
  local params = { command = command, arguments = argument and { argument } or nil }
  client:request("workspace/executeCommand", params, function(err)
    if err then
      require("gearshift.notices").show(err.message, vim.log.levels.ERROR)
    end
  end, vim.api.nvim_get_current_buf())
end

--- Run `gearshift.refactor` out of a menu, which has no place for an instruction: ask for it.
---@param command lsp.Command
---@param context lsp.HandlerContext
function M.refactor(command, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local argument = (command.arguments or {})[1] or {}
  if argument.refactoring ~= "instruction" or argument.instruction then
    M.run(client, command.command, argument)
    return
  end
  M.ask_instruction(function(instruction)
    M.run(client, command.command, vim.tbl_extend("force", argument, { instruction = instruction }))
  end)
end

---@param act fun(instruction: string) not called when the user gives none
function M.ask_instruction(act)
  vim.ui.input({ prompt = "Gearshift, change the code: " }, function(instruction)
    if instruction and instruction ~= "" then
      act(instruction)
    end
  end)
end

return M
