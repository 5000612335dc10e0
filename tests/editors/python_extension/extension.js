// The interface of Microsoft's Python extension, with the environments that SELECTED_PYTHON lists.
const { delimiter } = require("node:path");
const { EventEmitter, Uri } = require("vscode");

const known = process.env.SELECTED_PYTHON.split(delimiter).map((path) => ({
  id: path,
  path,
  executable: { uri: Uri.file(path), bitness: "64-bit", sysPrefix: "/usr" },
  environment: undefined,
  version: { major: 3, minor: 12, micro: 0, release: { level: "final", serial: 0 }, sysVersion: "3.12" },
  tools: ["Venv"],
}));
const changed = new EventEmitter();
const never = new EventEmitter().event;
let [active] = known;

const pathOf = (environment) => environment?.path ?? environment;

exports.activate = () => ({
  ready: Promise.resolve(),
  debug: {
    getRemoteLauncherCommand: () => Promise.resolve([]),
    getDebuggerPackagePath: () => Promise.resolve(undefined),
  },
  environments: {
    known,
    getActiveEnvironmentPath: (_resource) => ({ id: active.id, path: active.path }),
    updateActiveEnvironmentPath: (environment, resource) => {
      active = known.find(({ path }) => path === pathOf(environment));
      changed.fire({ id: active.id, path: active.path, resource });
      return Promise.resolve();
    },
    onDidChangeActiveEnvironmentPath: changed.event,
    onDidChangeEnvironments: never,
    refreshEnvironments: (_options, _token) => Promise.resolve(),
    resolveEnvironment: (environment) =>
      Promise.resolve(known.find(({ path }) => path === pathOf(environment))),
    getEnvironmentVariables: (_resource) => ({}),
    onDidEnvironmentVariablesChange: never,
  },
});
