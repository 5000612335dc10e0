-- Heavy commands while they run and when they end: progress, cancelling, results.

local M = {}

---@class gearshift.Running
---@field client_id integer
---@field title string
---@field percent integer

---@type table<string, gearshift.Running> by the token of the progress, the task's id
local running = {}

---@param client vim.lsp.Client
---@param params lsp.ProgressParams
function M.progress(client, params)
  local value, token = params.value, tostring(params.token)
  if value.kind == "end" then
    running[token] = nil
  else
    local task = running[token] or { client_id = client.id, title = value.title or "", percent = 0 }
    task.percent = value.percentage or task.percent
    running[token] = task
  end
  require("gearshift.status").redraw()
end

--- What runs now, in a few words for the status line.
---@return string
function M.text()
  local words = {}
  for token, task in pairs(running) do
    if vim.lsp.get_client_by_id(task.client_id) then
      table.insert(words, ("%s %d%%"):format(task.title:gsub("^Gearshift: ", ""), task.percent))
    else
      running[token] = nil
    end
  end
  table.sort(words)
  return table.concat(words, ", ")
end

--- Stop everything that runs; return how many tasks that were.
---@return integer
function M.cancel()
  local stopped = 0
  for token, task in pairs(running) do
    local client = vim.lsp.get_client_by_id(task.client_id)
    if client then
      client:notify("window/workDoneProgress/cancel", { token = token })
      stopped = stopped + 1
    end
  end
  return stopped
end

--- Tell of a result; of refusals and failures the server tells itself.
---@param task table payload of gearshift/taskFinished
function M.finished(task)
  vim.api.nvim_exec_autocmds("User", { pattern = "GearshiftTask", data = task, modeline = false })
  local lines = {}
  local is_told = task.outcome == "applied" and task.label ~= "none"
  if is_told then
    local evidence = #task.evidence > 0 and (" (%s)"):format(table.concat(task.evidence, ", ")) or ""
    table.insert(lines, ("Gearshift: %s, %s%s"):format(task.action, task.label, evidence))
    if type(task.summary) == "string" and task.summary ~= "" then
      table.insert(lines, task.summary)
    end
  end
  for _, finding in ipairs(task.findings or {}) do
    table.insert(lines, M.finding(finding))
  end
  if #lines > 0 then
    local level = #(task.findings or {}) > 0 and vim.log.levels.WARN or vim.log.levels.INFO
    require("gearshift.notices").show(table.concat(lines, "\n"), level)
  end
end

--- A finding in one line.
---@param finding table member of `findings` in gearshift/taskFinished
---@return string
function M.finding(finding)
  local place = ""
  if type(finding.path) == "string" then
    local line = type(finding.line) == "number" and (":%d"):format(finding.line + 1) or ""
    place = (" (%s%s)"):format(vim.fn.fnamemodify(finding.path, ":t"), line)
  end
  return ("%s, %s: %s%s"):format(finding.kind, finding.severity, finding.message, place)
end

return M
