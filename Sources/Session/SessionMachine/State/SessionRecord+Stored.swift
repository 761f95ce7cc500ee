// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

extension SessionRecord {
    /// Which boot the durations of a stored token belong to.
    package struct Boot: Sendable, Equatable {
        /// The kernel's boot id, 32 hexadecimal digits.
        var id: String
        /// The moment at which the record is read or written.
        var now: Moment

        /// A boot at a moment.
        package init(id: String, now: Moment) { (self.id, self.now) = (id, now) }
    }

    /// The record as it is stored: one JSON object.
    package func stored(in boot: Boot) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("uuid", uuid.description)
        writer.member("uuidOrigin", uuidOrigin.rawValue)
        writer.member("authID", authID)
        writer.member("login", login)
        switch lastAccount {
        case .hash(let hash): writer.member("lastAccount", hash)
        case .unnamed: writer.member("lastAccount", "")
        case nil: break
        }
        writer.member("customEmail", customEmail)
        writer.member("customIdentifier", customIdentifier)
        for slot in Slot.allCases {
            guard let token = self[slot] else { continue }
            writer.object(slot.rawValue) { token.write(to: &$0, in: boot) }
        }
        writer.member("endedBecause", endedBecause?.rawValue)
        if let presence { writer.object("presence") { presence.write(to: &$0, in: boot) } }
        writer.member("generation", generation)
        writer.member("sequence", sequence)
        writer.member("accountSalt", accountSalt)
        writer.member("localKey", localKey?.reveal())
        writer.member("refreshing", refreshing?.rawValue)
        if let quietUntil {
            writer.object("quiet") { object in
                boot.write(to: &object)
                object.member("untilBoottimeMilliseconds", quietUntil.milliseconds)
            }
        }
        if let pendingSignIn { writer.object("pendingSignIn") { pendingSignIn.write(to: &$0, in: boot) } }
        writer.member("authorityMetadata", authorityMetadata)
        if isTimeProven { writer.member("timeProvenInBoot", boot.id) }
        writeAuthority(to: &writer, in: boot)
        for member in unknownMembers { writer.member(member.name, member.value) }
        writer.endObject()
        return writer.bytes
    }

    private static let memberNames: Set<String> = [
        "uuid", "uuidOrigin", "authID", "login", "lastAccount", "customEmail", "customIdentifier", "anonymous",
        "client", "endedBecause", "presence", "generation", "sequence", "accountSalt", "localKey", "refreshing",
        "quiet", "pendingSignIn", "authorityMetadata", "timeProvenInBoot", "binding", "replacedKey", "outbox",
    ]

    /// The highest generation that is believed; the store's headers hold no higher one either.
    static let highestGeneration: Int64 = 1 << 40
    /// The highest number of an announcement that is believed: those that follow it are numbers for every reader of JSON.
    static let highestSequence: Int64 = 1 << 52

    /// Of which kind of authority a stored record is, as far as that can be read.
    package static func authorityKind(ofStored bytes: [UInt8]) -> String? {
        guard let json = try? JSONValue(parsing: bytes) else { return nil }
        return binding(stored: json)?.kind
    }

    // What has none is of a version that knew the embedded authority only.
    private static func binding(stored json: JSONValue) -> Binding? {
        json["binding"].map(Binding.init(stored:)) ?? Binding(kind: "local")
    }

    /// Reads a stored record.
    ///
    /// - Throws: ``SessionError`` named `storeLocked` with the member that is missing or wrong.
    package init(stored bytes: [UInt8], in boot: Boot) throws(SessionError) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(parsing: bytes) } catch {
            throw SessionError(
                .storeLocked, "the stored session is not JSON: \(error)", hint: SessionError.unreadableHint)
        }
        guard let uuid = json["uuid"]?.string.flatMap(CustomerUUID.init) else { throw .unreadable("uuid") }
        guard let generation = json["generation"]?.integer, (0...SessionRecord.highestGeneration).contains(generation)
        else {
            throw .unreadable("generation")
        }
        guard let salt = json["accountSalt"]?.string else { throw .unreadable("accountSalt") }
        self.init(uuid: uuid, generation: generation, accountSalt: salt)
        uuidOrigin = UUIDOrigin(rawValue: json["uuidOrigin"]?.string ?? UUIDOrigin.generated.rawValue)
        authID = json["authID"]?.string
        login = json["login"]?.string
        lastAccount = json["lastAccount"]?.string.map { $0.isEmpty ? .unnamed : .hash($0) }
        customEmail = json["customEmail"]?.string
        customIdentifier = json["customIdentifier"]?.string
        for slot in Slot.allCases {
            if let token = json[slot.rawValue] { self[slot] = try Token(stored: token, in: boot) }
        }
        endedBecause = json["endedBecause"]?.string.map(EndReason.init(rawValue:))
        sequence = min(max(0, json["sequence"]?.integer ?? 0), SessionRecord.highestSequence)
        presence = json["presence"].flatMap { Presence(stored: $0, in: boot) }
        localKey = json["localKey"]?.string.map(Secret.init)
        refreshing = json["refreshing"]?.string.flatMap(Slot.init)
        quietUntil = json["quiet"].flatMap { SessionRecord.quietUntil(stored: $0, in: boot) }
        pendingSignIn = json["pendingSignIn"].flatMap { PendingSignIn(stored: $0, in: boot) }
        authorityMetadata = json["authorityMetadata"]
        isTimeProven = json["timeProvenInBoot"]?.string == boot.id
        guard let binding = SessionRecord.binding(stored: json) else { throw .unreadable("binding") }
        self.binding = binding
        replacedKey = json["replacedKey"].flatMap(ReplacedKey.init(stored:))
        if case .array(let entries) = json["outbox"] {
            outbox = try entries.map { (entry) throws(SessionError) in try OutboxEntry(stored: entry, in: boot) }
        }
        unknownMembers = (json.members ?? []).filter { !SessionRecord.memberNames.contains($0.name) }
    }
}

extension SessionRecord {
    private static func quietUntil(stored json: JSONValue, in boot: Boot) -> Duration? {
        guard let until = json.milliseconds("untilBoottimeMilliseconds"), let shift = boot.shift(since: json) else {
            return nil
        }
        return until + shift
    }

    private func writeAuthority(to writer: inout JSONWriter, in boot: Boot) {
        if let binding { writer.object("binding", binding.write) }
        if let replacedKey {
            writer.object("replacedKey") { object in
                object.member("apiKey", replacedKey.apiKey.reveal())
                object.member("configuredHash", replacedKey.configuredHash)
            }
        }
        guard !outbox.isEmpty else { return }
        writer.name("outbox")
        writer.beginArray()
        for entry in outbox { entry.write(to: &writer, in: boot) }
        writer.endArray()
    }
}

extension Binding {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("kind", kind)
        writer.member("origin", origin)
        writer.member("keyHash", keyHash)
    }

    fileprivate init?(stored json: JSONValue) {
        guard let kind = json["kind"]?.string, let origin = json["origin"]?.string,
            let hash = json["keyHash"]?.string
        else { return nil }
        self.init(kind: kind, origin: origin, keyHash: hash)
    }
}

extension ReplacedKey {
    fileprivate init?(stored json: JSONValue) {
        guard let key = json["apiKey"]?.string, let hash = json["configuredHash"]?.string else { return nil }
        self.init(apiKey: Secret(key), configuredHash: hash)
    }
}

extension OutboxEntry {
    fileprivate func write(to writer: inout JSONWriter, in boot: SessionRecord.Boot) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("fromAllDevices", fromAllDevices)
        writer.object("token") { token.write(to: &$0, in: boot) }
        writer.object("binding", binding.write)
        writer.endObject()
    }

    fileprivate init(stored json: JSONValue, in boot: SessionRecord.Boot) throws(SessionError) {
        guard let id = json["id"]?.integer, let binding = json["binding"].flatMap(Binding.init(stored:)) else {
            throw .unreadable("outbox")
        }
        self.init(
            id: UInt64(clamping: id), token: try Token(stored: json["token"] ?? .null, in: boot),
            fromAllDevices: json["fromAllDevices"]?.bool ?? false, binding: binding)
    }
}

extension Token {
    // As long as the years last that a time can be written in.
    private static let storedLifetimes = 0...Timestamp.range.upperBound - Timestamp.range.lowerBound

    func write(to writer: inout JSONWriter, in boot: SessionRecord.Boot) {
        writer.member("token", issued.secret.reveal())
        writer.member("origin", issued.origin.rawValue)
        writer.member("createdAt", issued.createdAt?.description)
        writer.member("expiresAt", issued.expiresAt.description)
        writer.member("lifetimeSeconds", issued.lifetime.secondsRoundedUp)
        writer.member("realm", issued.realm)
        writer.member("customID", issued.customID)
        writer.member("clientID", issued.clientID)
        write(issued.renewal, to: &writer)
        if let identity = issued.identity {
            writer.object("identity") { object in
                object.member("subject", identity.subject)
                object.member("login", identity.login)
                object.member("customID", identity.customID)
            }
        }
        writer.member("uuid", uuid.description)
        writer.member("bootID", boot.id)
        writer.member("expiresBoottimeMilliseconds", expiresBoottime.milliseconds)
        writer.member("isEstimated", isEstimated ? true : nil)
        if let doubt { writer.object("doubt", doubt.write) }
    }

    private func write(_ renewal: Renewal, to writer: inout JSONWriter) {
        switch renewal {
        case .byToken: break
        case .none: writer.member("isRenewed", false)
        case .byGrant(let grant):
            writer.object("grant") { object in
                object.member("refreshToken", grant.refreshToken.reveal())
                object.member("endsAt", grant.endsAt?.description)
                object.member("endsBoottimeMilliseconds", grantEndsBoottime?.milliseconds)
            }
        }
    }

    private static func renewal(_ json: JSONValue) -> Renewal {
        if let grant = json["grant"], let refreshToken = grant.secret("refreshToken") {
            return .byGrant(
                Grant(refreshToken: refreshToken, endsAt: grant["endsAt"]?.string.flatMap(Timestamp.init)))
        }
        return json["isRenewed"]?.bool == false ? .none : .byToken
    }

    private static func identity(_ json: JSONValue) -> CustomerIdentity? {
        json["subject"]?.string.map { subject in
            CustomerIdentity(subject: subject, login: name(json["login"]), customID: name(json["customID"]))
        }
    }

    // A name that an earlier version took without bounds says nothing that anything depends on: it is left out.
    private static func name(_ json: JSONValue?) -> String? {
        json?.string.flatMap { AuthorityBounds.fault(inName: $0) == nil ? $0 : nil }
    }

    init(stored json: JSONValue, in boot: SessionRecord.Boot) throws(SessionError) {
        guard let secret = json["token"]?.string else { throw .unreadable("token") }
        guard let uuid = json["uuid"]?.string.flatMap(CustomerUUID.init) else { throw .unreadable("token.uuid") }
        guard let expiresAt = json["expiresAt"]?.string.flatMap(Timestamp.init) else { throw .unreadable("expiresAt") }
        guard let lifetime = json["lifetimeSeconds"]?.integer, Token.storedLifetimes.contains(lifetime) else {
            throw .unreadable("lifetimeSeconds")
        }
        let issued = IssuedToken(
            secret: Secret(secret), origin: TokenOrigin(wire: json["origin"]?.string ?? ""),
            createdAt: json["createdAt"]?.string.flatMap(Timestamp.init), expiresAt: expiresAt,
            lifetime: .seconds(lifetime), realm: Token.name(json["realm"]), customID: Token.name(json["customID"]),
            clientID: Token.name(json["clientID"]), renewal: Token.renewal(json),
            identity: json["identity"].flatMap(Token.identity))
        self.init(issued, uuid: uuid, askedAt: .zero)
        let isOfThisBoot = json["bootID"]?.string == boot.id
        doubt = json["doubt"].flatMap { Doubt(stored: $0, goingOnAt: isOfThisBoot ? nil : boot.now.boottime) }
        // Within a boot CLOCK_BOOTTIME counts; over a reboot there is only the wall clock.
        if isOfThisBoot, let end = json.milliseconds("expiresBoottimeMilliseconds") {
            expiresBoottime = end
            let hasGrant = issued.renewal.grant != nil
            grantEndsBoottime = hasGrant ? json["grant"]?.milliseconds("endsBoottimeMilliseconds") : nil
            isEstimated = json["isEstimated"]?.bool ?? false
        } else {
            isEstimated = true
            func left(until end: Timestamp) -> Duration {
                .seconds(end.secondsSince1970 - boot.now.wall.secondsSince1970)
            }
            expiresBoottime = boot.now.boottime + min(left(until: expiresAt), issued.lifetime)
            grantEndsBoottime = issued.renewal.grant?.endsAt.map { boot.now.boottime + left(until: $0) }
        }
    }
}

extension SessionError {
    fileprivate static func unreadable(_ member: String) -> SessionError {
        SessionError(.storeLocked, "the stored session has no valid \"\(member)\"", hint: unreadableHint)
    }

    fileprivate static let unreadableHint =
        "install the version that wrote it, or give the session up: sessionctl destroy --discard-unreadable"
}
