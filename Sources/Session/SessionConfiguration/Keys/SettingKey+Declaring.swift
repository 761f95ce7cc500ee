// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
    /// A setting with one value, where the last assignment counts.
    init<Value: Equatable>(
        _ section: SettingSection,
        _ name: String,
        _ member: any WritableKeyPath<Settings, Value> & Sendable,
        _ form: ValueForm<Value>,
        _ meaning: String
    ) {
        self.section = section
        self.name = name
        self.form = form.description
        self.meaning = meaning
        isList = false
        exposure = form.exposure
        assign = { (settings, value) throws(InvalidValue) in settings[keyPath: member] = try form.parse(value) }
        reset = { $0[keyPath: member] = Settings()[keyPath: member] }
        show = { [ShownValue(text: form.format($0[keyPath: member]))] }
        isSame = { $0[keyPath: member] == $1[keyPath: member] }
    }

    /// A setting that may be unset, and is unless a file sets it.
    init<Value: Equatable>(
        _ section: SettingSection,
        _ name: String,
        optional member: any WritableKeyPath<Settings, Value?> & Sendable,
        _ form: ValueForm<Value>,
        _ meaning: String
    ) {
        self.init(section, name, member, form.optional, meaning)
    }

    /// A setting whose assignments add up after the defaults.
    init<Element>(
        _ section: SettingSection,
        _ name: String,
        listOf member: any WritableKeyPath<Settings, [Element]> & Sendable,
        _ form: ValueForm<Element>,
        origin: @escaping @Sendable (Element) -> SettingOrigin,
        _ meaning: String
    ) {
        self.section = section
        self.name = name
        self.form = form.description
        self.meaning = meaning
        isList = true
        exposure = form.exposure
        assign = { (settings, value) throws(InvalidValue) in
            let element = try form.parse(value)
            settings[keyPath: member].append(element)
        }
        reset = { $0[keyPath: member] = [] }
        show = { $0[keyPath: member].map { ShownValue(text: form.format($0), origin: origin($0)) } }
        isSame = { $0[keyPath: member].map(form.format) == $1[keyPath: member].map(form.format) }
    }
}
