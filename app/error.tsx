'use client';

import { Button } from '@mantine/core';
import { Message } from '@/components/shell/message.tsx';

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const reference = error.digest ? ` (reference ${error.digest})` : '';
  return (
    <Message
      title="This page could not be shown"
      text={`Something failed on our side${reference}. Your answers are kept in this browser until the server has them.`}
    >
      <Button onClick={reset}>Try again</Button>
    </Message>
  );
}
