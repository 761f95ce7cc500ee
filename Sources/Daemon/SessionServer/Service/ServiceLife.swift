// SPDX-License-Identifier: Apache-2.0

/// How far the service's life has come, and what the service manager was told of it.
struct ServiceLife {
    /// Whether connections are taken.
    private(set) var isServing = false
    private(set) var isStopping = false
    private var reloadsUnderWay = 0
    /// What the service manager was told last.
    private var statusLine = ""
    var hooks: ServerHooks

    init(hooks: ServerHooks) { self.hooks = hooks }

    /// Takes note that connections are taken from now on.
    mutating func beginServing() {
        isServing = true
        hooks.ready()
    }

    /// Takes note that the daemon stops.
    mutating func beginStopping() {
        isStopping = true
        hooks.stopping()
    }

    /// Takes note that the configuration is read again.
    mutating func beginReload() {
        reloadsUnderWay += 1
        hooks.reloading()
    }

    /// Takes note that it was.
    mutating func endReload(_ line: String) {
        reloadsUnderWay -= 1
        statusLine = line
        if reloadsUnderWay == 0 { hooks.reloaded(line) }
    }

    /// Tells how the session stands. Only what is new: a service manager that does not read would in the end hold the loop
    /// up.
    mutating func tell(_ line: String) {
        guard line != statusLine else { return }
        statusLine = line
        hooks.status(line)
    }
}
