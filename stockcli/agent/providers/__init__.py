"""Who answers: Claude, an OpenAI-compatible service, or plain rules; to the loop all are one."""
