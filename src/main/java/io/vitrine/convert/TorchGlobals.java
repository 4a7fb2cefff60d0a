package io.vitrine.convert;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Python objects of a pickled state dict: storages, the functions that make tensors, ordered dictionaries. */
final class TorchGlobals implements Pickle.Globals {
    private static final Map<String, DType> STORAGES = Map.of(
            "FloatStorage", DType.F32,
            "HalfStorage", DType.F16,
            "BFloat16Storage", DType.BF16,
            "DoubleStorage", DType.F64,
            "LongStorage", DType.I64,
            "IntStorage", DType.I32,
            "ShortStorage", DType.I16,
            "CharStorage", DType.I8,
            "ByteStorage", DType.U8,
            "BoolStorage", DType.BOOL);

    private static final int MAX_RANK = 8;

    private enum Callable {
        ORDERED_DICT,
        TENSOR,
        PARAMETER
    }

    private final String source;

    TorchGlobals(String source) {
        this.source = source;
    }

    @Override
    public Optional<Object> find(String module, String name) {
        if (module.equals("torch") && STORAGES.containsKey(name)) {
            return Optional.of(STORAGES.get(name));
        }
        return switch (module + "." + name) {
            case "collections.OrderedDict" -> Optional.of(Callable.ORDERED_DICT);
            case "torch._utils._rebuild_tensor_v2" -> Optional.of(Callable.TENSOR);
            case "torch._utils._rebuild_parameter" -> Optional.of(Callable.PARAMETER);
            default -> Optional.empty();
        };
    }

    @Override
    public Object call(Object callable, List<?> arguments) {
        if (callable == Callable.ORDERED_DICT) {
            return orderedDict(arguments);
        }
        if (callable == Callable.TENSOR) {
            return tensor(arguments);
        }
        if (callable == Callable.PARAMETER && arguments.get(0) instanceof TorchTensor tensor) {
            return tensor;
        }
        throw fault("calls something that is not a function of tensors");
    }

    /** A state dict is created empty and filled afterwards. */
    private Map<Object, Object> orderedDict(List<?> arguments) {
        if (!arguments.isEmpty()) {
            throw fault("makes a dictionary from values, which a state dict does not");
        }
        return new LinkedHashMap<>();
    }

    /** The arguments are storage, offset, shape and strides; the others concern training. */
    private TorchTensor tensor(List<?> arguments) {
        try {
            TorchTensor tensor = new TorchTensor(
                    (TorchTensor.Storage) arguments.get(0),
                    (Long) arguments.get(1),
                    longs(arguments.get(2)),
                    longs(arguments.get(3)));
            if (tensor.shape().size() == tensor.strides().size() && tensor.fits() && tensor.bytes() >= 0) {
                return tensor;
            }
        } catch (ArithmeticException e) {
            // the size overflows: it does not fit either
        }
        throw fault("has a tensor that does not fit its storage");
    }

    private List<Long> longs(Object tuple) {
        if (((List<?>) tuple).size() > MAX_RANK) {
            throw fault("has a tensor of more than " + MAX_RANK + " dimensions");
        }
        List<Long> longs = new ArrayList<>();
        for (Object value : (List<?>) tuple) {
            longs.add((Long) value);
        }
        return List.copyOf(longs);
    }

    /** A storage's id is ("storage", type, key, device, elements). */
    @Override
    public Object load(Object persistentId) {
        if (persistentId instanceof List<?> id
                && id.size() == 5
                && "storage".equals(id.get(0))
                && id.get(1) instanceof DType dtype
                && id.get(2) instanceof String key
                && id.get(4) instanceof Long elements
                && elements >= 0) {
            return new TorchTensor.Storage(dtype, key, elements);
        }
        throw fault("refers to something that is not a storage of a tensor");
    }

    private ModelException fault(String what) {
        return new ModelException("The pickle in " + source + " " + what + ".");
    }
}
