// The interface of Microsoft's Python extension, with one environment: that of SELECTED_PYTHON.
const { EventEmitter, Uri } = require("vscode");

const path = process.env.SELECTED_PYTHON;
const chosen = { id: path, path };
const resolved = {
  ...chosen,
  executable: { uri: Uri.file(path), bitness: "64-bit", sysPrefix: "/usr" },
  environment: undefined,
  version: { major: 3, minor: 12, micro: 0, release: { level: "final", serial: 0 }, sysVersion: "3.12" },
  tools: ["Venv"],
};
const never = new EventEmitter().event;

exports.activate = () => ({
  ready: Promise.resolve(),
  debug: {
    getRemoteLauncherCommand: () => Promise.resolve([]),
    getDebuggerPackagePath: () => Promise.resolve(undefined),
  },
  environments: {
    known: [resolved],
    getActiveEnvironmentPath: (_resource) => chosen,
    updateActiveEnvironmentPath: (_environment, _resource) => Promise.resolve(),
    onDidChangeActiveEnvironmentPath: never,
    onDidChangeEnvironments: never,
    refreshEnvironments: (_options, _token) => Promise.resolve(),
    resolveEnvironment: (environment) =>
      Promise.resolve(environment === chosen || environment === path ? resolved : undefined),
    getEnvironmentVariables: (_resource) => ({}),
    onDidEnvironmentVariablesChange: never,
  },
});
