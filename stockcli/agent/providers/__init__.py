"""Who answers: Claude, or plain rules; the loop cannot tell them apart."""
