// SPDX-License-Identifier: Apache-2.0

/// What can be waited for.
enum AwaitedCondition: String, CaseIterable {
    /// The daemon can do its work.
    case ready
    /// A customer is signed in; Simple Authentication does not count.
    case signedIn = "signed-in"
    /// No customer is signed in or recognised.
    case anonymous
}
