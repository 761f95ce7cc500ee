// SPDX-License-Identifier: Apache-2.0

/// The accounts there are, and the profiles of those who have none.
struct Accounts: Sendable {
    private var accounts: [Account] = []
    private var profiles: [String: String] = [:]
    private var lastClientID = 1_000_000

    init(_ options: [AccountOption]) {
        for option in options {
            accounts.append(
                Account(
                    login: option.login, password: option.password, customID: option.customID, clientID: newClientID()))
        }
    }

    func account(login: String) -> Account? { accounts.first { $0.login == login } }

    func account(email: String?, customID: String?) -> Account? {
        accounts.first { account in
            email.map { account.login == $0 } ?? customID.map { account.isNamed(customID: $0) } ?? false
        }
    }

    /// The account of a provider's customer, made where it is missing.
    mutating func obtain(login: String) -> Account {
        if let account = account(login: login) { return account }
        let account = Account(login: login, password: nil, customID: nil, clientID: newClientID())
        accounts.append(account)
        return account
    }

    mutating func setUUID(_ uuid: String, login: String) {
        for index in accounts.indices where accounts[index].login == login { accounts[index].uuid = uuid }
    }

    mutating func remove(login: String) { accounts.removeAll { $0.login == login } }

    /// The numeric id of the profile of a UUID.
    mutating func clientID(uuid: String) -> String {
        if let known = profiles[uuid] { return known }
        let made = newClientID()
        profiles[uuid] = made
        return made
    }

    private mutating func newClientID() -> String {
        lastClientID += 1
        return String(lastClientID)
    }
}
