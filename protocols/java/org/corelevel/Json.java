package org.corelevel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much JSON as headers need: maps, lists, texts, numbers, booleans and null, with every reader's checks. */
public final class Json {
    private static final int MAX_DEPTH = 64;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads a text that is one value; integers are {@code Long}, other numbers {@code Double}. */
    public static Object read(String text) {
        Json reader = new Json(text);
        Object value = reader.value(0);
        reader.skipSpace();
        if (reader.at != text.length()) {
            throw reader.wrong("text behind the value");
        }
        return value;
    }

    /** Writes maps, lists, texts, numbers, booleans and null. */
    public static String write(Object value) {
        StringBuilder target = new StringBuilder();
        write(value, target);
        return target.toString();
    }

    private static void write(Object value, StringBuilder target) {
        if (value instanceof Map) {
            target.append('{');
            String comma = "";
            for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
                target.append(comma);
                quote(member.getKey().toString(), target);
                target.append(':');
                write(member.getValue(), target);
                comma = ",";
            }
            target.append('}');
        } else if (value instanceof Iterable) {
            target.append('[');
            String comma = "";
            for (Object element : (Iterable<?>) value) {
                target.append(comma);
                write(element, target);
                comma = ",";
            }
            target.append(']');
        } else if (value instanceof CharSequence) {
            quote(value.toString(), target);
        } else if (value instanceof Double && !Double.isFinite((Double) value)) {
            throw new IllegalArgumentException("JSON has no " + value);
        } else {
            target.append(value);
        }
    }

    private static void quote(String value, StringBuilder target) {
        target.append('"');
        for (int i = 0; i < value.length(); i++) {
            char unit = value.charAt(i);
            if (unit == '"' || unit == '\\') {
                target.append('\\').append(unit);
            } else if (unit < 0x20) {
                target.append(String.format("\\u%04x", (int) unit));
            } else {
                target.append(unit);
            }
        }
        target.append('"');
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("no JSON at character " + at + ": " + what);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() {
        if (at >= text.length()) {
            throw wrong("it ends");
        }
        return text.charAt(at++);
    }

    private void expect(char unit) {
        skipSpace();
        if (next() != unit) {
            at--;
            throw wrong("there should be " + unit);
        }
    }

    private boolean takes(char unit) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == unit) {
            at++;
            return true;
        }
        return false;
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw wrong("it is too deep");
        }
        skipSpace();
        char unit = next();
        switch (unit) {
            case '{': return object(depth);
            case '[': return array(depth);
            case '"': return string();
            default:
                at--;
                return scalar();
        }
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (takes('}')) {
            return members;
        }
        do {
            expect('"');
            String key = string();
            expect(':');
            members.put(key, value(depth + 1));
        } while (takes(','));
        expect('}');
        return members;
    }

    private List<Object> array(int depth) {
        List<Object> elements = new ArrayList<>();
        if (takes(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (takes(','));
        expect(']');
        return elements;
    }

    private String string() {
        StringBuilder target = new StringBuilder();
        while (true) {
            char unit = next();
            if (unit == '"') {
                return target.toString();
            }
            if (unit != '\\') {
                target.append(unit);
                continue;
            }
            char escaped = next();
            int place = "\"\\/bfnrt".indexOf(escaped);
            if (place >= 0) {
                target.append("\"\\/\b\f\n\r\t".charAt(place));
            } else if (escaped == 'u' && at + 4 <= text.length()) {
                try {
                    target.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                } catch (NumberFormatException error) {
                    throw wrong("an escape");
                }
                at += 4;
            } else {
                throw wrong("an escape");
            }
        }
    }

    private Object scalar() {
        int start = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        switch (word) {
            case "true": return true;
            case "false": return false;
            case "null": return null;
            default: break;
        }
        if (!word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            at = start;
            throw wrong("a value");
        }
        double number = Double.parseDouble(word);
        return number == Math.rint(number) && Math.abs(number) < 1L << 53 ? (Object) (long) number : (Object) number;
    }
}
