-- `:checkhealth gearshift`: what is needed, what runs, and what to do where something is missing.

local M = {}

local health = vim.health
local SECONDS = 20

local function program()
  local configured = vim.lsp.config.gearshift
  local cmd = configured and configured.cmd
  return type(cmd) == "table" and cmd[1] or "gearshift"
end

local function check_neovim()
  health.start("Gearshift: Neovim")
  if vim.fn.has("nvim-0.11") == 0 then
    health.error("Neovim 0.11 or newer is needed")
    return
  end
  local version = tostring(vim.version())
  local ghost = require("gearshift.options").ghost
  if ghost == "off" then
    health.info(("Neovim %s; ghost text is switched off by the option `ghost`"):format(version))
  elseif vim.lsp.inline_completion and ghost ~= "own" then
    health.ok(("Neovim %s; its own inline completion draws the ghost text"):format(version))
  else
    health.ok(("Neovim %s; the plug-in draws the ghost text"):format(version))
  end
end

--- Return the words of a program, or nil and why there are none.
local function output(cmd)
  local ok, process = pcall(vim.system, cmd, { text = true })
  if not ok then
    return nil, tostring(process)
  end
  local done = process:wait(SECONDS * 1000)
  return vim.trim(done.stdout or ""), vim.trim(done.stderr or "")
end

local function check_server()
  health.start("Gearshift: server")
  local name = program()
  if vim.fn.executable(name) == 0 then
    health.error(("`%s` is not on PATH"):format(name), {
      "pipx install 'gearshift[local]'",
      "or name it: vim.lsp.config('gearshift', { cmd = { '/path/to/gearshift', 'serve' } })",
    })
    return
  end
  local version = output({ name, "--version" })
  health.ok(("`%s`: %s"):format(vim.fn.exepath(name), version))
  local text, trouble = output({ name, "doctor", "--json" })
  local ok, findings = pcall(vim.json.decode, text or "")
  if not ok then
    health.warn("`gearshift doctor` did not answer", { trouble })
    return
  end
  local status = require("gearshift.status").latest
  local has_models = status and status.state ~= "setup"
  for _, finding in ipairs(findings) do
    if finding.check == "models" and finding.state == "fail" and has_models then
      -- The command line does not see what this editor's `init_options` choose.
      finding = { check = "models", state = "ok", text = "chosen in this editor's `init_options`" }
    end
    local line = ("%s: %s"):format(finding.check, finding.text)
    local advice = type(finding.advice) == "string" and finding.advice ~= "" and { finding.advice } or nil
    local say = ({ ok = health.ok, warn = health.warn, fail = health.error })[finding.state]
    say(line, advice)
  end
end

local function check_clients()
  health.start("Gearshift: connections")
  if not vim.lsp.is_enabled("gearshift") then
    health.warn("It is not enabled", { "vim.lsp.enable('gearshift')" })
  end
  local clients = vim.lsp.get_clients({ name = "gearshift" })
  if #clients == 0 then
    health.info("No buffer has a connection yet; open a file")
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    local where = client.root_dir or "a single file"
    health.ok(("%d buffers of %s, positions in %s"):format(buffers, where, client.offset_encoding))
  end
  local status = require("gearshift.status").latest
  if status then
    local state = ("%s, %s gear"):format(status.state, status.gear)
    health.info(status.message ~= "" and ("%s: %s"):format(state, status.message) or state)
  end
end

function M.check()
  check_neovim()
  check_server()
  check_clients()
end

return M
