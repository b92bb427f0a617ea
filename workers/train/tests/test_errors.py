import numpy as np
import pytest
import torch

from halyard_train.errors import is_out_of_memory


def test_memory_that_is_not_there_is_told_from_other_faults():
    with pytest.raises(MemoryError) as array:
        np.empty(2**60, np.uint8)
    assert is_out_of_memory(array.value)
    with pytest.raises(RuntimeError) as tensor:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(tensor.value)
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert not is_out_of_memory(RuntimeError("shapes do not fit"))
