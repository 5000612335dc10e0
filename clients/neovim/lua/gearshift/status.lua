-- The status that the server sends on every change, for status lines.

local M = {
  ---@type table? payload of gearshift/status
  latest = nil,
}

--- The groups follow the gear, so the user's own thresholds count.
local GROUPS = { saver = "GearshiftWarn", mini = "GearshiftError", ["local"] = "GearshiftError" }
vim.api.nvim_set_hl(0, "GearshiftWarn", { default = true, link = "DiagnosticWarn" })
vim.api.nvim_set_hl(0, "GearshiftError", { default = true, link = "DiagnosticError" })

--- Draw status lines again: what they show has changed.
function M.redraw()
  vim.cmd.redrawstatus({ bang = true })
end

---@param payload table
function M.take(payload)
  M.latest = payload
  vim.g.gearshift_status = payload.text
  vim.api.nvim_exec_autocmds("User", { pattern = "GearshiftStatus", data = payload, modeline = false })
  M.redraw()
end

--- Forget the status when the last server is gone.
---@param client vim.lsp.Client the one that leaves
function M.leave(client)
  local others = vim.tbl_filter(function(other)
    return other.id ~= client.id
  end, vim.lsp.get_clients({ name = "gearshift" }))
  if #others == 0 and vim.tbl_count(client.attached_buffers) <= 1 then
    M.latest = nil
    vim.g.gearshift_status = nil
    vim.schedule(M.redraw)
  end
end

---@return string
function M.text()
  if not M.latest then
    return ""
  end
  local doing = require("gearshift.tasks").text()
  return doing == "" and M.latest.text or ("%s · %s"):format(M.latest.text, doing)
end

--- The text as an item of a status line.
---@return string
function M.component()
  local text = M.text():gsub("%%", "%%%%")
  local group = M.latest and GROUPS[M.latest.gear]
  return group and ("%%#%s#%s%%*"):format(group, text) or text
end

return M
