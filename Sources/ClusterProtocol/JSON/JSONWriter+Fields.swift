extension JSONWriter {
    /// Writes a key and a string, or nothing for nil.
    public mutating func field(_ key: StaticString, _ text: String?) {
        guard let text else { return }
        self.key(key)
        value(text)
    }

    /// Writes a key and a name, or nothing for nil.
    public mutating func field(_ key: StaticString, _ name: Name?) {
        field(key, name?.text)
    }

    /// Writes a key and an integer, or nothing for nil.
    public mutating func field(_ key: StaticString, _ integer: Int?) {
        guard let integer else { return }
        self.key(key)
        value(integer)
    }

    /// Writes a key and a number, or nothing for nil.
    public mutating func field(_ key: StaticString, _ number: Double?) {
        guard let number else { return }
        self.key(key)
        value(number)
    }

    /// Writes a key and a boolean, or nothing for nil.
    public mutating func field(_ key: StaticString, _ flag: Bool?) {
        guard let flag else { return }
        self.key(key)
        value(flag)
    }

    /// Writes a key and an array of integers.
    public mutating func field(_ key: StaticString, _ integers: [Int]) {
        self.key(key)
        beginArray()
        for integer in integers { value(integer) }
        endArray()
    }

    /// Writes a key and an array of strings.
    public mutating func field(_ key: StaticString, _ texts: [String]) {
        self.key(key)
        beginArray()
        for text in texts { value(text) }
        endArray()
    }

    /// Writes a key and an object, or nothing for nil.
    public mutating func field(_ key: StaticString, _ object: (some WireObject)?) {
        guard let object else { return }
        self.key(key)
        value(object)
    }

    /// Writes a key and an array of objects.
    public mutating func field(_ key: StaticString, _ objects: [some WireObject]) {
        self.key(key)
        beginArray()
        for object in objects { value(object) }
        endArray()
    }

    /// Writes an object.
    public mutating func value(_ object: some WireObject) {
        beginObject()
        object.writeMembers(to: &self)
        endObject()
    }

    /// Writes a key and bytes that are one JSON value already, or nothing for nil.
    public mutating func field(_ key: StaticString, raw json: [UInt8]?) {
        guard let json else { return }
        self.key(key)
        raw(json)
    }
}
