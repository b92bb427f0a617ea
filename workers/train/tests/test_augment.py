import numpy as np
import torch

from halyard_train.augment import apply_columns, apply_cutmix, draw_columns, draw_cutmix, mix_values
from halyard_train.batches import training_batches
from halyard_train.config import make_config
from halyard_train.dataset import TRAIN, choose_rows, open_dataset


def generator(seed=1):
    return torch.Generator().manual_seed(seed)


def test_the_last_bar_stays_at_the_right_edge_whatever_is_drawn():
    columns = draw_columns(500, 64, 0.1, generator())
    assert (columns[:, 63] == 63).all()
    assert (columns.diff(dim=1) >= 0).all()


def test_stretch_and_tempo_move_the_left_edge_but_not_further_than_they_may():
    columns = draw_columns(2000, 64, 0.1, generator())
    first_kept = (columns >= 0).int().argmax(1)
    assert 5 <= first_kept.max() <= 9  # squeezed by 10 % and the tempo's two columns
    assert 5 <= columns[:, 0].max() <= 9
    assert torch.equal(draw_columns(3, 64, 0.0, generator()), torch.arange(64).expand(3, 64))


def test_columns_are_gathered_whole_and_padding_is_0():
    images = torch.randint(1, 256, (8, 64, 64, 3), dtype=torch.uint8)
    columns = draw_columns(8, 64, 0.1, generator(4))
    out = apply_columns(images, columns)
    for row in range(8):
        for x in range(64):
            source = int(columns[row, x])
            expected = images[row, :, source] if source >= 0 else torch.zeros(64, 3, dtype=torch.uint8)
            assert torch.equal(out[row, :, x], expected)
    assert (columns < 0).any()


def test_cutmix_pastes_the_partners_pixels_and_keeps_the_stated_share():
    images = torch.arange(200, dtype=torch.uint8)[:, None, None, None].expand(200, 64, 64, 3).contiguous()
    partner, box, kept = draw_cutmix(200, 64, 64, 0.5, generator())
    out = apply_cutmix(images, partner, box)
    for row in range(200):
        own = (out[row, :, :, 0] == row).float().mean().item()
        pasted = (out[row, :, :, 0] == int(partner[row])).float().mean().item()
        if partner[row] != row:
            assert np.allclose([own, pasted], [kept[row], 1 - kept[row]])


def test_cutmix_takes_about_its_probability_of_rows_with_uniform_areas():
    _, box, kept = draw_cutmix(20000, 64, 64, 0.1, generator())
    mixed = kept < 1
    assert abs(mixed.float().mean() - 0.1) < 0.01
    assert abs(kept[mixed].mean() - 0.5) < 0.03
    assert box.min() >= 0
    assert box.max() <= 64


def test_an_epochs_batches_depend_on_seed_and_epoch_only_and_mask_mixed_poles(dataset_folder):
    dataset = open_dataset(dataset_folder)
    rows = choose_rows(dataset, TRAIN, 0, 1)
    config = make_config({"preset": "full", "batch": 50, "cutmix": 0.5})
    first = list(training_batches(dataset, rows, len(rows), config, 2, "cpu"))
    again = list(training_batches(dataset, rows, len(rows), config, 2, "cpu"))
    other = list(training_batches(dataset, rows, len(rows), config, 3, "cpu"))
    assert sum(len(batch.mix) for batch in first) == len(rows)
    same = [(a.inputs[0], b.inputs[0]) for a, b in zip(first, again, strict=True)]
    assert all(torch.equal(a, b) for a, b in same)
    assert all(torch.equal(a.mix, b.mix) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0].inputs[0], other[0].inputs[0])
    assert all(len(batch.inputs) == 1 for batch in first)
    for batch in first:
        assert torch.allclose(batch.mix.sum(1), torch.ones(len(batch.mix)))
        assert (batch.mix[batch.pole_known, 0] == 1).all()
        assert not batch.pole_katr[batch.pole_known].isnan().any()


def test_an_epoch_longer_than_its_rows_shows_all_of_them_before_any_again(dataset_folder):
    dataset = open_dataset(dataset_folder)
    rows = choose_rows(dataset, TRAIN, 40, 1)
    config = make_config({"preset": "full", "batch": 16, "cutmix": 0, "stretch": 0})
    batches = list(training_batches(dataset, rows, 100, config, 1, "cpu"))
    assert sum(len(batch.mix) for batch in batches) == 100
    assert len(batches) == 7
    hashes = {image.tobytes(): row for row, image in zip(rows, dataset.images[rows], strict=True)}
    shown = [hashes[image.numpy().tobytes()] for batch in batches for image in batch.inputs[0]]
    times = [shown.count(row) for row in rows]
    assert set(times) == {2, 3}


def test_auxiliary_values_are_mixed_by_the_area_that_the_target_is_mixed_by():
    own, partner = torch.tensor([[1.0, -2], [3, 4], [5, 6]]), torch.tensor([2, 0, 1])
    mixed = mix_values(own, partner, torch.tensor([1, 0.25, 0.5]))
    assert torch.equal(mixed, torch.tensor([[1.0, -2], [1.5, -0.5], [4, 5]]))


def test_with_feature_schema_2_images_and_targets_stay_as_they_are_and_unmixed_rows_keep_their_values(dataset_folder):
    dataset = open_dataset(dataset_folder, 2)
    rows = choose_rows(dataset, TRAIN, 0, 1)
    settings = {"preset": "full", "batch": 50, "cutmix": 0.5}
    first = training_batches(dataset, rows, len(rows), make_config(settings), 2, "cpu")
    second = training_batches(dataset, rows, len(rows), make_config({**settings, "feature_schema": 2}), 2, "cpu")
    known = {values.tobytes() for values in dataset.auxiliary[rows]}
    for one, two in zip(first, second, strict=True):
        assert torch.equal(one.inputs[0], two.inputs[0])
        assert torch.equal(one.mix, two.mix)
        aux = two.inputs[1]
        assert aux.shape == (len(two.mix), 18)
        mixed = (two.mix > 0).sum(1) == 2  # with a partner of another class
        kept = torch.tensor([values.tobytes() in known for values in aux.numpy()])
        assert mixed.any()
        assert not kept[mixed].any()
        assert kept[two.pole_known].all()
        assert kept.any()
