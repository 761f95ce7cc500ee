// SPDX-License-Identifier: Apache-2.0

package import HTTPSClient
import SessiondPrimitives

/// Looks at an authority from here, without a customer: whether it can be reached, and whether it takes this device.
package struct AuthorityProbe: Sendable {
    /// What was seen of one thing.
    package struct Finding: Sendable, Equatable {
        /// Whether it stands in the way of tokens.
        package var isProblem: Bool
        /// One line for people.
        package var text: String
        /// What to do about it; `nil`: nothing, or nobody knows.
        package var hint: String?

        package init(_ text: String, isProblem: Bool = false, hint: String? = nil) {
            (self.text, self.isProblem, self.hint) = (text, isProblem, hint)
        }
    }

    /// Looks, in the order in which one thing needs the one before; it ends with what stands in the way of the rest.
    package let examine: @Sendable () async -> [Finding]

    package init(_ examine: @escaping @Sendable () async -> [Finding]) { self.examine = examine }

    /// Whether anybody answers at an endpoint.
    package init(reaching options: HTTPOptions) {
        self.init {
            do throws(HTTPFailure) {
                let answer = try await HTTPProbe.ask(options)
                let span = answer.duration.milliseconds
                return [Finding("\(options.base) answers (HTTP \(answer.status)) within \(span) ms")]
            } catch {
                return [Finding(error.message, isProblem: true, hint: error.hint)]
            }
        }
    }
}
