package io.vitrine.convert;

import io.vitrine.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the part of Python's pickle format that a dictionary of tensors needs: numbers, strings, tuples, lists, dictionaries, and
 * the few callables that {@link Globals} knows. A pickle is a program that may call anything in Python. Here an unknown name is
 * refused as soon as it is read, before any call.
 */
final class Pickle {
    private static final Object MARK = new Object();
    /** Values on the stack, and values in the memo. A state dict of a thousand tensors remembers some 20,000. */
    private static final int MAX_VALUES = 1 << 18;

    private final ByteBuffer bytes;
    private final Globals globals;
    private final String source;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    /** The Python objects a pickle may use. */
    interface Globals {
        /** The object of that name; empty if it is unknown. */
        Optional<Object> find(String module, String name);

        /** Calls an object from {@link #find}. */
        Object call(Object callable, List<?> arguments);

        /** The object behind a persistent id. */
        Object load(Object persistentId);
    }

    private Pickle(byte[] bytes, Globals globals, String source) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.globals = globals;
        this.source = source;
    }

    /**
     * Reads one object.
     *
     * @param source named in errors
     * @throws ModelException if the pickle is damaged, or asks for anything but data
     */
    static Object read(byte[] bytes, Globals globals, String source) {
        Pickle pickle = new Pickle(bytes, globals, source);
        try {
            return pickle.run();
        } catch (ModelException e) {
            throw e;
        } catch (RuntimeException e) { // an operation finds values of other types, or too few of them
            throw pickle.fault("is damaged (" + e.getClass().getSimpleName() + ")");
        }
    }

    private Object run() {
        while (true) {
            int at = bytes.position();
            int op = bytes.get() & 0xff;
            if (op == '.') {
                return pop();
            }
            if (stack.size() > MAX_VALUES) {
                throw fault("holds more than " + MAX_VALUES + " values at once");
            }
            step(op, at);
        }
    }

    private void step(int op, int at) {
        switch (op) {
            case 0x80 -> bytes.get(); // protocol
            case 0x95 -> bytes.getLong(); // frame
            case '(' -> stack.add(MARK);
            case 'N' -> stack.add(null);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'K' -> stack.add((long) (bytes.get() & 0xff));
            case 'M' -> stack.add((long) (bytes.getShort() & 0xffff));
            case 'J' -> stack.add((long) bytes.getInt());
            case 0x8a -> stack.add(longInteger(bytes.get() & 0xff));
            case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(bytes.getLong())));
            case 'X' -> stack.add(text(bytes.getInt()));
            case 0x8c, 'U' -> stack.add(text(bytes.get() & 0xff));
            case ')' -> stack.add(List.of());
            case 0x85 -> stack.add(popped(1));
            case 0x86 -> stack.add(popped(2));
            case 0x87 -> stack.add(popped(3));
            case 't' -> stack.add(sinceMark());
            case ']' -> stack.add(new ArrayList<>());
            case '}' -> stack.add(new LinkedHashMap<>());
            case 'a' -> append(popped(1));
            case 'e' -> append(sinceMark());
            case 's' -> put(popped(2));
            case 'u' -> put(sinceMark());
            case 'q' -> remember(bytes.get() & 0xff);
            case 'r' -> remember(bytes.getInt());
            case 0x94 -> remember(memo.size());
            case 'h' -> stack.add(remembered(bytes.get() & 0xff));
            case 'j' -> stack.add(remembered(bytes.getInt()));
            case 'c' -> stack.add(global(line(), line(), at));
            case 0x93 -> {
                List<Object> names = popped(2);
                stack.add(global((String) names.get(0), (String) names.get(1), at));
            }
            case 'Q' -> stack.add(globals.load(pop()));
            case 'R' -> {
                List<Object> call = popped(2);
                stack.add(globals.call(call.get(0), (List<?>) call.get(1)));
            }
            case 'b' -> build(pop());
            default ->
                throw fault("uses the operation 0x" + Integer.toHexString(op) + " at byte " + at
                        + ", which a dictionary of tensors does not need");
        }
    }

    private Object global(String module, String name, int at) {
        return globals.find(module, name)
                .orElseThrow(() -> fault("asks for the Python object '" + module + "." + name + "' at byte " + at
                        + ", which tensors do not need. Nothing was executed. Do not load this file with Python; take"
                        + " safetensors from the checkpoint's source"));
    }

    /** Ignores the attributes of a dictionary ({@code _metadata}), which say nothing about its tensors. */
    private void build(Object state) {
        if (!(top() instanceof Map) || !(state instanceof Map)) {
            throw fault("sets the state of an object that is not a dictionary");
        }
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        Object value = stack.remove(stack.size() - 1);
        if (value == MARK) {
            throw fault("is damaged (a mark without its values)");
        }
        return value;
    }

    private List<Object> popped(int count) {
        List<Object> tail = stack.subList(stack.size() - count, stack.size());
        List<Object> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }

    private List<Object> sinceMark() {
        int mark = stack.lastIndexOf(MARK);
        List<Object> values = popped(stack.size() - mark - 1);
        stack.remove(mark);
        return values;
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> values) {
        ((List<Object>) top()).addAll(values);
    }

    @SuppressWarnings("unchecked")
    private void put(List<Object> values) {
        Map<Object, Object> map = (Map<Object, Object>) top();
        for (int i = 0; i < values.size(); i += 2) {
            if (!(values.get(i) instanceof String || values.get(i) instanceof Number)) {
                throw fault("has a dictionary whose keys are neither strings nor numbers");
            }
            map.put(values.get(i), values.get(i + 1));
        }
    }

    private void remember(int key) {
        if (memo.size() == MAX_VALUES) {
            throw fault("remembers more than " + MAX_VALUES + " values");
        }
        memo.put(key, top());
    }

    private Object remembered(int key) {
        if (!memo.containsKey(key)) {
            throw fault("is damaged (it remembers nothing under " + key + ")");
        }
        return memo.get(key);
    }

    private String text(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw fault("is damaged (a string of " + Integer.toUnsignedString(length) + " bytes)");
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private String line() {
        int start = bytes.position();
        while (bytes.get() != '\n') {
            // skip to the end of the line
        }
        return new String(bytes.array(), start, bytes.position() - start - 1, StandardCharsets.UTF_8);
    }

    private long longInteger(int length) {
        if (length > 8) {
            throw fault("holds a whole number of " + length + " bytes");
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (bytes.get() & 0xffL) << (8 * i);
        }
        int unused = 64 - 8 * length; // bits above the sign
        return length == 0 ? 0 : (value << unused) >> unused;
    }

    private ModelException fault(String what) {
        return new ModelException("The pickle in " + source + " " + what + ".");
    }
}
