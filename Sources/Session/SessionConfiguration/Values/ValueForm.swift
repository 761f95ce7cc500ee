// SPDX-License-Identifier: Apache-2.0

/// How values of one kind are described, read and written.
struct ValueForm<Value: Sendable>: Sendable {
    /// The accepted form, as it follows "expected" in a problem and stands in the documentation.
    let description: String
    var exposure = ValueExposure.open
    /// Reads a value, which is not empty.
    let parse: @Sendable (AssignedValue) throws(InvalidValue) -> Value
    /// Writes a value so that it can be read again; a secret as its placeholder.
    let format: @Sendable (Value) -> String

    /// The same for a setting that may be unset, which is written as nothing.
    var optional: ValueForm<Value?> {
        ValueForm<Value?>(
            description: description,
            exposure: exposure,
            parse: { [parse] (value) throws(InvalidValue) in try parse(value) },
            format: { [format] value in value.map(format) ?? "" }
        )
    }
}
