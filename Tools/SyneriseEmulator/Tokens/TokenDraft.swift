// SPDX-License-Identifier: Apache-2.0

/// What a new token is for.
struct TokenDraft {
    var uuid: String
    var origin: String
    var apiKey: String
    var login: String?
    var customID: String?
    var clientID: String
}
