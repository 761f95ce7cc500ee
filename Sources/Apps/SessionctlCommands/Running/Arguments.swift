// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionConfiguration
import SessionProtocol
import SessiondPrimitives

/// Reads option values that have a form of their own; each error says which. Where there are only some, they are listed.
enum Arguments {
    static let awaitedConditions = AwaitedCondition.allCases.map(\.rawValue)
    static let logLevels = SetLogLevel.Level.allCases.map(\.rawValue)
    static let providers = Authenticate.Provider.allCases.map { $0.rawValue.lowercased() }
    static let origins = TokenOrigin.allCases.map(\.rawValue)

    /// A time span as the configuration has it, or seconds.
    static func timeout(_ text: String) throws -> Duration {
        let (shortest, longest) = (WireLimits.deadlineSeconds.lowerBound, WireLimits.deadlineSeconds.upperBound)
        guard let time = Duration(timeSpan: text), Duration.seconds(shortest) <= time, time <= .seconds(longest) else {
            throw ValidationError("A time from 1ms to 5min is needed, such as 10, 10s or 2min.")
        }
        return time
    }

    /// The same in whole seconds, rounded up.
    static func validity(_ text: String) throws -> Int64 {
        guard let time = Duration(timeSpan: text), time <= .seconds(RetrieveToken.maximumValiditySeconds) else {
            throw ValidationError("A time is needed, such as 60, 60s or 5min.")
        }
        return time.secondsRoundedUp
    }

    static func object(_ text: String) throws -> JSONValue {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: Array(text.utf8)) } catch {
            throw ValidationError("This is not JSON: \(error).")
        }
        guard value.members != nil else { throw ValidationError(#"A JSON object is needed, such as {"key":true}."#) }
        return value
    }

    static func uuid(_ text: String) throws -> CustomerUUID {
        guard let uuid = CustomerUUID(text) else {
            throw ValidationError("A UUID is needed, such as 345d4c8f-5aff-591d-a19c-1ca48923d9ee.")
        }
        return uuid
    }

    static func timestamp(_ text: String) throws -> Timestamp {
        guard let timestamp = Timestamp(text) else {
            throw ValidationError("A time in UTC is needed, such as 2026-11-23T05:02:03Z.")
        }
        return timestamp
    }

    static func awaited(_ text: String) throws -> AwaitedCondition {
        guard let condition = AwaitedCondition(rawValue: text) else {
            throw ValidationError("This version waits for nothing but \(awaitedConditions.joined(separator: ", ")).")
        }
        return condition
    }

    static func logLevel(_ text: String) throws -> SetLogLevel.Level {
        guard let level = SetLogLevel.Level(rawValue: text) else {
            throw ValidationError("A level is one of \(logLevels.joined(separator: ", ")).")
        }
        return level
    }

    static func provider(_ text: String) throws -> Authenticate.Provider {
        guard let provider = Authenticate.Provider(rawValue: text.uppercased()) else {
            throw ValidationError("A provider is one of \(providers.joined(separator: ", ")).")
        }
        return provider
    }

    static func origin(_ text: String) throws -> TokenOrigin {
        guard let origin = TokenOrigin(rawValue: text.uppercased()) else {
            throw ValidationError("An origin is one of \(origins.joined(separator: ", ")).")
        }
        return origin
    }
}
