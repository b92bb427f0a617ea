import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** HALYARD_BENCH_MODEL, else the trainer's network untrained: its weights do not change its speed. */
export function modelFile(): Buffer {
  if (process.env.HALYARD_BENCH_MODEL) return readFileSync(process.env.HALYARD_BENCH_MODEL);
  const python = process.env.HALYARD_TRAIN_PYTHON ?? join(ROOT, '.halyard/venv-train/bin/python');
  const folder = mkdtempSync(join(tmpdir(), 'halyard-bench-model-'));
  const script = [
    'import sys, types, torch',
    'from halyard_train.export import export_onnx',
    'from halyard_train.model import Net',
    'calibration = types.SimpleNamespace(temperatures=[1.0] * 5, biases=[0.0] * 5)',
    'images = torch.randint(0, 256, (4, 64, 64, 3), dtype=torch.uint8)',
    'export_onnx(Net(5).eval(), calibration, (images,), sys.argv[1])',
  ].join('\n');
  try {
    const file = join(folder, 'model.onnx');
    execFileSync(python, ['-c', script, file], { cwd: join(ROOT, 'workers/train'), stdio: 'inherit' });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
