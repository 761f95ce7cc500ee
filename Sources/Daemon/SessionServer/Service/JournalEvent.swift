// SPDX-License-Identifier: Apache-2.0

/// Kinds of journal entries by their `MESSAGE_ID` (systemd.journal-fields(7)), made with `systemd-id128 new`.
package enum JournalEvent: String, Sendable, CaseIterable {
    /// The daemon is ready.
    case started = "61d10666fb424dae88f60727846d71b3"
    /// The daemon stops.
    case stopping = "888a8963c20840aabe0a68526c504fa8"
    /// A customer was authenticated.
    case signedIn = "7d4e94f733ba4b1d827396a9bf39305e"
    /// A customer's session ended; `REASON` says why.
    case signedOut = "dc8eff682412454292cf4e81979826ed"
    /// The customer has another UUID; `REASON` says why.
    case uuidChanged = "0ce2c223a38847948c8bbf740eaec079"
    /// A label was set or cleared.
    case identityChanged = "53563a2eb63f4d35927d189d34360289"
    /// A sign-in at the authority waits for the person.
    case signInPending = "7e1e5946b46947bfba3b3ac8e093bc55"
    /// A sign-in at the authority has ended; `REASON` says why, where it failed.
    case signInEnded = "1f3fe09f00e443b8ad16036a5b425d40"
    /// The effective token was refreshed.
    case tokenRefreshed = "4e812e46da394c8b80dcc32d79c17c6c"
    /// The kiosk's policy will end the session soon, or not after all; `REASON` says which limit.
    case expiringSoon = "58d238f0b60043c5b7330862d02d9b9f"
    /// The authority can be reached again, or no longer.
    case authorityState = "dda35d2b34204fd4b1d671ffc024559a"
    /// A call that may change the session was answered.
    case mutation = "7b3b97df0dcd4119901f7adbab79fef5"
    /// The authority does not hear of a sign-out; `REASON` says why.
    case signOutUntold = "59581d745e2c487a94bf50c1aeae49f7"
    /// A caller was denied.
    case denied = "1174a21574a5479b8dbec79c78d412de"
    /// A token was given out.
    case tokenRead = "d752fa01a32a4b5d8a4a919bfe2a6885"
    /// The session cannot be stored.
    case storeFailed = "9d19f489a60842f1bca214c2af374ecb"
    /// The session can be stored again.
    case storeRecovered = "ef40156832ba45fd8e4b1bcdbe5ae6ac"
    /// What is stored cannot be read.
    case storeLocked = "6306f2ec64904de4acef39bbed0ed3bf"
    /// What was stored is damaged or another machine's, and was moved away.
    case storeSetAside = "079ba62413f8420d85fec17d48509894"
    /// Somebody has written a state in place of the daemon's own; an older one counts.
    case storeForged = "30c483beca004007a9e68f8aa0fd3867"
    /// An older state has come back, or another installation's; the session goes on with it.
    case storeRolledBack = "9781ea8fa27846e59a24e26b292211fb"
    /// What is stored stays clear, since there is no key to seal it with.
    case storeUnsealed = "64e42cbcd3dc4f8ab52c8c346ca69229"
    /// A state was taken over that the disk had not taken before the last process ended.
    case storeResumed = "51c8d6fb3e6649bd923f4e63bca9e48c"
    /// The configuration cannot be used, or has a mistake.
    case configuration = "b8087469245348208aeda0ad4818044f"
    /// The configuration was read again, or could not be used; `OUTCOME` says which.
    case reloaded = "78f5cc2ce43a49688d825c995c9e5b7b"
    /// A name in the rules cannot be looked up now.
    case nameUnavailable = "bedf25dc511042ac9a654b869cd8108e"
    /// It can be looked up again.
    case nameFound = "c2703471fbef41919cc4293f9aa0a772"
    /// The lowest level that is logged was changed.
    case logLevelChanged = "f39537c751c54bde8f44c955162bcec3"
    /// Log lines were lost, since the journal did not take them in time.
    case linesLost = "328072381091471a8a26a2d1733e3c57"
}
