import { Button, FileInput, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Dialog } from '@/components/figure/dialog.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { api } from '@/lib/contract/api.ts';
import { z } from '@/lib/contract/zod.ts';
import classes from './models.module.css';
import { useRefreshModels } from './use-aliases.ts';

/** Brings in a model that was trained elsewhere; one that does not keep the contract is refused with all that differs. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [model, setModel] = useState<File | null>(null);
  const [metrics, setMetrics] = useState<File | null>(null);
  const refresh = useRefreshModels();
  const router = useRouter();
  const bring = useMutation({
    mutationFn: async (files: { model: File; metrics: File }) => {
      const parsed = parseMetrics(await files.metrics.text(), files.metrics.name);
      const { uploadId } = await call(api.uploadModel, {
        query: { name: files.model.name },
        bytes: files.model,
      });
      return call(api.importModel, { body: { uploadId, metrics: parsed } });
    },
    onSuccess: async ({ name }) => {
      await refresh();
      router.push(`/models/${name}`);
    },
  });
  return (
    <Dialog title="Import a model" onClose={onClose}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          if (model && metrics) bring.mutate({ model, metrics });
        }}
      >
        <FileInput
          label="Model"
          description="ONNX, opset 13, with the inputs and outputs of docs/models.md"
          placeholder="model.onnx"
          accept=".onnx"
          size="xs"
          data-autofocus
          value={model}
          onChange={setModel}
        />
        <FileInput
          label="Metrics"
          description="As the trainer writes it: classes, feature schema, quantisation, calibration"
          placeholder="metrics.json"
          accept="application/json,.json"
          size="xs"
          value={metrics}
          onChange={setMetrics}
        />
        <Problem error={bring.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={bring.isPending} disabled={!model || !metrics}>
            Import
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

const fieldsSchema = z.record(z.string(), z.unknown());

function parseMetrics(text: string, name: string): Record<string, unknown> {
  try {
    return fieldsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${name} is no JSON object: ${error instanceof Error ? error.message : String(error)}`);
  }
}
