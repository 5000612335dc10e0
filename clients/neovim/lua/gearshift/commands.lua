-- `:Gearshift …`: a table of subcommands, each run for the cursor or for a range of lines.

local actions = require("gearshift.actions")
local connection = require("gearshift.client")
local notices = require("gearshift.notices")

local M = {}

local SCOPES = { "next", "window", "always" }

---@class gearshift.Subcommand
---@field run fun(client: vim.lsp.Client, call: vim.api.keyset.create_user_command.command_args, words: string[])
---@field choices? string[] what its first argument may be

---@type table<string, gearshift.Subcommand>
local SUBCOMMANDS = {}

--- Run a server's command on the place that the user means.
local function at_place(command, more)
  return function(client, call, words)
    local first = call.range > 0 and call.line1 or nil
    local argument = connection.place(client, first, first and call.line2)
    connection.run(client, command, vim.tbl_extend("force", argument, more and more(argument, words) or {}))
  end
end

local function use(command)
  return {
    choices = SCOPES,
    run = function(client, _, words)
      connection.run(client, command, { scope = words[1] })
    end,
  }
end

local function plain(command)
  return {
    run = function(client)
      connection.run(client, command)
    end,
  }
end

--- The problems on the lines of a place, as the server takes them.
local function problems(argument)
  local first, last = argument.range.start.line, argument.range["end"].line
  local found = vim.tbl_filter(function(problem)
    return problem.lnum <= last and (problem.end_lnum or problem.lnum) >= first
  end, vim.diagnostic.get(0))
  return { diagnostics = vim.lsp.diagnostic.from(found) }
end

local function refactoring(name)
  return function(_, words)
    return { refactoring = name, instruction = #words > 0 and table.concat(words, " ") or nil }
  end
end

for _, action in ipairs(actions) do
  SUBCOMMANDS[action.name] = { run = at_place(action.command, refactoring(action.name)) }
end
SUBCOMMANDS.instruction = nil -- it is `refactor` here
SUBCOMMANDS.fix = { run = at_place("gearshift.fix", problems) }
SUBCOMMANDS.tests = SUBCOMMANDS.generateTests
SUBCOMMANDS.docs = SUBCOMMANDS.document
SUBCOMMANDS.status = plain("gearshift.status")
SUBCOMMANDS.log = plain("gearshift.log")
SUBCOMMANDS.why = { run = at_place("gearshift.why") }
SUBCOMMANDS.full = use("gearshift.useFull")
SUBCOMMANDS.mini = use("gearshift.useMini")
SUBCOMMANDS.auto = plain("gearshift.useAuto")
SUBCOMMANDS.pause = plain("gearshift.pause")
SUBCOMMANDS.resume = plain("gearshift.resume")

SUBCOMMANDS.refactor = {
  run = function(client, call, words)
    if #words > 0 then
      at_place("gearshift.refactor", refactoring("instruction"))(client, call, words)
      return
    end
    connection.ask_instruction(function(instruction)
      at_place("gearshift.refactor", refactoring("instruction"))(client, call, { instruction })
    end)
  end,
}

SUBCOMMANDS.cancel = {
  run = function()
    local stopped = require("gearshift.tasks").cancel()
    notices.show(stopped == 0 and "Gearshift: nothing is running" or "Gearshift: stopped")
  end,
}

--- Only Gearshift's own code actions; `gra` has them beside those of other servers.
SUBCOMMANDS.actions = {
  run = function(client, call)
    local context = { triggerKind = vim.lsp.protocol.CodeActionTriggerKind.Invoked }
    local range = call.range > 0 and { start = { call.line1, 0 }, ["end"] = { call.line2, vim.v.maxcol } } or nil
    vim.lsp.buf.code_action({
      context = context,
      range = range,
      filter = function(action, client_id)
        local command = type(action.command) == "table" and action.command.command or action.command
        return client_id == client.id or (client_id == nil and vim.startswith(command or "", "gearshift."))
      end,
    })
  end,
}

---@param call vim.api.keyset.create_user_command.command_args
function M.run(call)
  local words = vim.list_slice(call.fargs, 2)
  local name = call.fargs[1] or "actions"
  local subcommand = SUBCOMMANDS[name]
  if not subcommand then
    notices.show(("There is no `:Gearshift %s`; <Tab> lists what there is"):format(name), vim.log.levels.ERROR)
    return
  end
  if words[1] and subcommand.choices and not vim.tbl_contains(subcommand.choices, words[1]) then
    local choices = table.concat(subcommand.choices, ", ")
    notices.show((":Gearshift %s takes one of: %s"):format(name, choices), vim.log.levels.ERROR)
    return
  end
  local client = connection.need()
  if client then
    subcommand.run(client, call, words)
  end
end

---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local words = vim.split(line:gsub("^.-Gearshift%s+", ""), "%s+")
  local choices = #words > 1 and (SUBCOMMANDS[words[1]] or {}).choices or vim.tbl_keys(SUBCOMMANDS)
  if #words > 2 or (#words > 1 and not (SUBCOMMANDS[words[1]] or {}).choices) then
    return {}
  end
  local found = vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
  table.sort(found)
  return found
end

return M
