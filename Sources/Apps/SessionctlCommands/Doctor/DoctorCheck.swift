// SPDX-License-Identifier: Apache-2.0

/// One thing that `sessionctl doctor` looks at. It changes nothing, and may hang: it is run with a time limit.
protocol DoctorCheck: Sendable {
    /// What `--json` calls it; never changes.
    static var name: String { get }
    /// The checks whose problem is this one's as well, so that it is not told twice.
    static var causes: [String] { get }
    /// Looks.
    func examine() -> DoctorFinding
    /// The finding where that did not come to an end within a time such as `5 s`.
    func late(after limit: String) -> DoctorFinding
}

extension DoctorCheck {
    static var causes: [String] { [] }

    /// Most look at files and at the account database.
    func late(after limit: String) -> DoctorFinding {
        .problem(
            "this did not come to an end within \(limit): a file system or the account database hangs",
            hint: "df; getent passwd; dmesg | tail")
    }
}
