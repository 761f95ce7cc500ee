// SPDX-License-Identifier: Apache-2.0

/// One thing that `sessionctl doctor` looks at. It changes nothing, and may hang: it is run with a time limit.
protocol DoctorCheck: Sendable {
    /// What `--json` calls it; never changes.
    static var name: String { get }
    /// Looks.
    func examine() -> DoctorFinding
    /// What to do where that does not come to an end.
    var lateHint: String { get }
}

extension DoctorCheck {
    /// Most look at files and at the account database.
    var lateHint: String { "df; getent passwd; dmesg | tail" }
}
