"""What a text says of its writer's feelings: personal data masked, then language, feelings and needs read."""
